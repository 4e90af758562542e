"""The one style sheet of the program, made from tokens. Plain text in, plain text out; nothing of Qt.

Widgets say what they are with the properties ``role`` and ``ground``; nothing else in the program sets a colour.
"""

from assay.gui.tokens import CONTROL_HEIGHT, PANEL_RADIUS, RADIUS, TYPE, Tokens

_GROUNDS = """
* {{ outline: 0; }}
QWidget[ground="background"], QMainWindow, QDialog {{ background: {background}; }}
QWidget[ground="surface"] {{ background: {surface}; }}
QWidget[ground="sunken"] {{ background: {sunken}; }}
QWidget[ground="panel"] {{
    background: {surface}; border: {line}px solid {hairline}; border-radius: {panel_radius}px;
}}
QWidget[ground="accent_wash"] {{ background: {accent_wash}; }}
QWidget[ground="passed_wash"] {{ background: {passed_wash}; }}
QWidget[ground="failed_wash"] {{ background: {failed_wash}; }}
QWidget[ground="warning_wash"] {{ background: {warning_wash}; }}
QWidget[ground="hairline"] {{ background: {hairline}; border: 0; }}
"""


_TYPE = """
QLabel {{ color: {text}; background: transparent; }}
QLabel:disabled {{ color: {disabled}; }}
QLabel[role="title"] {{ font-size: {title}px; font-weight: 600; letter-spacing: -0.4px; }}
QLabel[role="heading"] {{ font-size: {heading}px; font-weight: 600; letter-spacing: -0.2px; }}
QLabel[role="subheading"] {{ font-size: {reading}px; font-weight: 600; }}
QLabel[role="strong"] {{ font-weight: 600; }}
QLabel[role="reading"] {{ font-size: {reading}px; }}
QLabel[role="muted"] {{ color: {muted}; }}
QLabel[role="small"] {{ font-size: {small}px; color: {muted}; }}
QLabel[role="label"] {{ font-size: {small}px; font-weight: 500; color: {muted}; }}
QLabel[role="mono"] {{ font-family: "JetBrains Mono"; font-size: {mono_points}pt; }}
QLabel[role="passed"] {{ color: {passed}; font-weight: 500; }}
QLabel[role="failed"] {{ color: {failed}; font-weight: 500; }}
QLabel[role="warning"] {{ color: {warning}; font-weight: 500; }}
"""


_BUTTONS = """
QPushButton {{
    color: {text}; background: {surface}; border: {line}px solid {edge}; border-radius: {radius}px;
    padding: 7px 16px; min-height: {inner}px; font-weight: 500;
}}
QPushButton:hover {{ background: {hover}; }}
QPushButton:pressed {{ background: {accent_wash}; }}
QPushButton:checked {{ background: {accent_wash}; border-color: {accent}; }}
QPushButton:disabled {{
    color: {disabled}; background: transparent; border: {off_line};
}}
QPushButton[role="primary"] {{
    color: {on_accent}; background: {accent}; border-color: {accent}; font-weight: 600;
}}
QPushButton[role="primary"]:hover, QPushButton[role="primary"]:pressed {{
    background: {accent_strong}; border-color: {accent_strong};
}}
QPushButton[role="primary"]:disabled {{ color: {muted}; background: {hover}; border-color: {hover}; }}
QPushButton[role="plain"], QPushButton[role="icon"] {{ background: transparent; border-color: transparent; }}
QPushButton[role="plain"] {{ padding: 7px 10px; }}
QPushButton[role="icon"] {{
    padding: 5px; min-width: {inner}px; max-width: {inner}px; min-height: {inner}px; max-height: {inner}px;
}}
QPushButton[role="plain"]:disabled, QPushButton[role="icon"]:disabled {{ border-color: transparent; }}
QPushButton[role="plain"]:hover, QPushButton[role="icon"]:hover {{ background: {hover}; }}
QPushButton[role="plain"]:pressed, QPushButton[role="icon"]:pressed {{ background: {accent_wash}; }}
QPushButton[role="link"] {{
    color: {accent}; background: transparent; border: 0; padding: 0; min-height: {inner}px; text-align: left;
}}
QPushButton[role="link"]:hover {{ color: {accent_strong}; text-decoration: underline; }}
"""


_FIELDS = """
QLineEdit, QTextEdit, QPlainTextEdit, QAbstractSpinBox {{
    color: {text}; background: {surface}; border: {line}px solid {edge}; border-radius: {radius}px;
    padding: 7px 10px; selection-background-color: {accent}; selection-color: {on_accent};
    placeholder-text-color: {muted};
}}
QLineEdit, QAbstractSpinBox {{ min-height: {inner}px; }}
QLineEdit:disabled, QTextEdit:disabled, QPlainTextEdit:disabled {{
    color: {muted}; background: {sunken}; border-color: {disabled};
}}
QLineEdit[role="bare"] {{ background: transparent; border: 0; padding: 7px 14px; font-size: {reading}px; }}
QTextEdit[role="reading"], QPlainTextEdit[role="reading"], QTextBrowser {{
    background: transparent; border: 0; padding: 0;
}}
QAbstractSpinBox {{ padding: 7px 0 7px 8px; }}
QAbstractSpinBox QLineEdit {{ background: transparent; border: 0; padding: 0; min-height: 0; }}
QComboBox {{
    color: {text}; background: {surface}; border: {line}px solid {edge}; border-radius: {radius}px;
    padding: 7px 10px; min-height: {inner}px;
}}
QComboBox:hover {{ background: {hover}; }}
QComboBox::drop-down {{ border: 0; width: 28px; }}
QComboBox::down-arrow {{ image: url({controls}/down-{tone}.svg); width: 16px; height: 16px; }}
QAbstractSpinBox::up-button, QAbstractSpinBox::down-button {{ border: 0; width: 24px; background: transparent; }}
QAbstractSpinBox::up-button {{ subcontrol-position: top right; margin-top: 2px; }}
QAbstractSpinBox::down-button {{ subcontrol-position: bottom right; margin-bottom: 2px; }}
QAbstractSpinBox::up-arrow {{ image: url({controls}/up-{tone}.svg); width: 14px; height: 14px; }}
QAbstractSpinBox::down-arrow {{ image: url({controls}/down-{tone}.svg); width: 14px; height: 14px; }}
QComboBox {{ combobox-popup: 0; }}
QComboBox QAbstractItemView {{
    color: {text}; background: {surface}; border: {line}px solid {edge}; padding: 4px;
    selection-background-color: {accent_wash}; selection-color: {text};
}}
QComboBox QAbstractItemView::item {{ min-height: {inner}px; padding: 4px 6px; border-radius: {radius}px; }}
QCheckBox, QRadioButton {{ color: {text}; background: transparent; spacing: 8px; min-height: {inner}px; }}
QCheckBox::indicator, QRadioButton::indicator {{
    width: {indicator}px; height: {indicator}px; background: {surface}; border: {line}px solid {edge};
}}
QCheckBox::indicator {{ border-radius: 4px; }}
QCheckBox::indicator:checked {{
    background: {accent}; border-color: {accent}; image: url({controls}/check-{tone}.svg);
}}
QRadioButton::indicator {{ border-radius: {round}px; }}
QRadioButton::indicator:checked {{ width: {dot}px; height: {dot}px; border: {radio_ring}px solid {accent}; }}
QCheckBox::indicator:disabled, QRadioButton::indicator:disabled {{ border-color: {disabled}; }}
QGroupBox {{ border: 0; margin: 0; padding: 0; }}
QProgressBar {{ background: {hover}; border: 0; border-radius: 3px; max-height: 6px; min-height: 6px; }}
QProgressBar::chunk {{ background: {accent}; border-radius: 3px; }}
"""


_TABLES = """
QAbstractItemView {{
    color: {text}; background: {surface}; border: 0; alternate-background-color: {surface};
    selection-background-color: {accent_wash}; selection-color: {text};
}}
QTableView {{ gridline-color: {hairline}; }}
QTableView::item {{ padding: 6px 9px; border: 0; border-bottom: {line}px solid {hairline}; }}
QTableView::item:hover {{ background: {hover}; }}
QTableView::item:selected {{ background: {accent_wash}; color: {text}; }}
QListView::item, QTreeView::item {{ padding: 6px 8px; border: 0; border-radius: {radius}px; }}
QListView::item:hover, QTreeView::item:hover {{ background: {hover}; }}
QListView::item:selected, QTreeView::item:selected {{ background: {accent_wash}; color: {text}; }}
QHeaderView {{ background: {surface}; border: 0; }}
QHeaderView::section {{
    color: {muted}; background: {surface}; border: 0; border-bottom: {line}px solid {edge};
    padding: 8px 12px; font-size: {small}px; font-weight: 500;
}}
QTableCornerButton::section {{ background: {surface}; border: 0; }}
"""


_SCROLL_BARS = """
QScrollArea, QScrollArea > QWidget > QWidget[ground="none"] {{ background: transparent; border: 0; }}
QScrollBar {{ background: transparent; border: 0; margin: 0; }}
QScrollBar:vertical {{ width: 12px; }}
QScrollBar:horizontal {{ height: 12px; }}
QScrollBar::handle {{ background: {edge}; border: 3px solid transparent; border-radius: 6px; }}
QScrollBar::handle:vertical {{ min-height: 40px; margin: 2px 3px; border: 0; border-radius: 3px; }}
QScrollBar::handle:horizontal {{ min-width: 40px; margin: 3px 2px; border: 0; border-radius: 3px; }}
QScrollBar::handle:hover, QScrollBar::handle:pressed {{ background: {muted}; }}
QScrollBar::add-line, QScrollBar::sub-line {{ width: 0; height: 0; border: 0; background: transparent; }}
QScrollBar::add-page, QScrollBar::sub-page {{ background: transparent; }}
QAbstractScrollArea::corner {{ background: transparent; border: 0; }}
QSplitter::handle {{ background: {hairline}; }}
"""


_FLOATING = """
QToolTip {{
    color: {text}; background: {surface}; border: {line}px solid {edge}; padding: 4px 8px; font-size: {small}px;
}}
QMenu {{ color: {text}; background: {surface}; border: {line}px solid {edge}; padding: 4px; }}
QMenu::item {{ padding: 7px 24px 7px 12px; border-radius: {radius}px; background: transparent; }}
QMenu::item:selected {{ background: {accent_wash}; }}
QMenu::item:disabled {{ color: {disabled}; }}
QMenu::separator {{ height: {line}px; background: {hairline}; margin: 4px 8px; }}
QDialog[role="overlay"] {{ background: {surface}; border: {line}px solid {edge}; }}
"""


def style_sheet(tokens: Tokens, controls: str, text_scale: float = 1.0, points_a_pixel: float = 0.75) -> str:
    """The style sheet for an appearance, with all type ``text_scale`` times its size.

    ``controls`` is the folder of the small pictures that Qt draws inside controls, with ``/`` between its parts;
    a style sheet cannot tint them, so there is one set for light grounds and one for dark. ``points_a_pixel`` is
    the screen's: sizes that are not whole pixels are given in points.
    """
    parts = (_GROUNDS, _TYPE, _BUTTONS, _FIELDS, _TABLES, _SCROLL_BARS, _FLOATING)
    sheet = (
        _sizes(text_scale, points_a_pixel)
        | _colours(tokens)
        | _shapes(tokens, text_scale)
        | {"controls": controls}
    )
    return "\n".join(part.format_map(sheet) for part in parts)


def _sizes(scale: float, points_a_pixel: float) -> dict[str, object]:
    return {
        "small": round(TYPE.small * scale),
        "body": round(TYPE.body * scale),
        "reading": round(TYPE.reading * scale),
        "heading": round(TYPE.heading * scale),
        "title": round(TYPE.title * scale),
        "mono_points": round(TYPE.mono * scale * points_a_pixel, 3),
        "inner": round((CONTROL_HEIGHT - 16) * scale),
        "radius": RADIUS,
        "panel_radius": PANEL_RADIUS,
    }


def _colours(tokens: Tokens) -> dict[str, object]:
    names = [name for name in tokens._fields if name not in {"name", "dark"}]
    return {name: getattr(tokens, name) for name in names}


def _shapes(tokens: Tokens, scale: float) -> dict[str, object]:
    """Ticks and radio buttons are ``indicator`` wide within their line; a radio's dot is half of that."""
    indicator = round(16 * scale)
    whole = indicator + 2 * tokens.line
    return {
        "tone": "dark" if tokens.dark else "light",
        "off_line": f"1px solid {tokens.hairline}" if tokens.line == 1 else f"2px dashed {tokens.disabled}",
        "indicator": indicator,
        "round": whole // 2,
        "dot": whole - 2 * (whole // 3),
        "radio_ring": whole // 3,
    }
