"""How a trace is read: what is shown, in which order, what is kept back while blind, and that no word is lost."""

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assay.model.trace import Document, Message, Metric, Part, Step, Trace, Versioned, text_message
from assay.viewmodels.reading import fold_operations, operations, read_trace
from assay.viewmodels.reading_parts import Fold, FoldLine, Paragraph, Reading, Rule, Said, Table, Text

pytestmark = pytest.mark.usefixtures("settled_memory")


def a_trace(*, asked: str = "How long?", answer: str | None = "Thirty days.", **more: object) -> Trace:
    output = () if answer is None else (text_message("assistant", answer),)
    return Trace(
        **{"source": "s", "native_id": "t", "input": (text_message("user", asked),), "output": output, **more}
    )


def a_retrieval(*contents: str) -> Step:
    documents = tuple(
        Document(title=f"Title {n}", content=text, score=0.8125) for n, text in enumerate(contents)
    )
    return Step(id="r", kind="retriever", input="days", documents=documents)


def shown(markdown: str) -> list[object]:
    """The operations of a text."""
    return list(operations(Text(markdown)))


def lines(markdown: str) -> list[str]:
    """The text of each paragraph of a Markdown text."""
    return [operation.text for operation in shown(markdown) if isinstance(operation, Paragraph)]


def everything(reading: Reading) -> str:
    """Every word of a reading, with every fold opened."""
    words: list[str] = []
    waiting = [operation for block in reading.blocks for operation in operations(block)]
    while waiting:
        operation = waiting.pop(0)
        if isinstance(operation, FoldLine):
            words.append(operation.fold.caption)
            waiting[:0] = list(fold_operations(operation.fold))
        elif isinstance(operation, Paragraph):
            words += [operation.marker, operation.text]
        elif isinstance(operation, Table):
            words += ["".join(run.text for run in cell) for row in operation.rows for cell in row]
    return "\n".join(words)


def captions(reading: Reading) -> list[str]:
    return [block.caption for block in reading.blocks]


class TestTheOrder:
    def test_dialogue_then_passages_then_the_answer(self):
        trace = a_trace(
            input=(
                text_message("user", "Hello"),
                text_message("assistant", "Hi"),
                text_message("user", "How long?"),
            ),
            steps=(a_retrieval("a", "b"),),
        )
        reading = read_trace(trace)
        assert captions(reading) == [
            "User",
            "Assistant",
            "User",
            "2 passages retrieved",
            "Answer under review",
        ]
        assert (reading.question, reading.answer) == (2, 4)

    def test_only_the_last_output_is_under_review(self):
        trace = a_trace(
            output=(text_message("assistant", "Let me look."), text_message("assistant", "Thirty days."))
        )
        marks = [block.under_review for block in read_trace(trace).blocks if isinstance(block, Said)]
        assert marks == [False, False, True]

    def test_what_the_user_says_after_the_answer_is_not_under_review(self):
        trace = a_trace(output=(text_message("assistant", "Thirty days."), text_message("user", "Thanks")))
        reading = read_trace(trace)
        assert captions(reading) == ["User", "Answer under review", "User"]
        assert (reading.question, reading.answer) == (0, 1)

    def test_a_trace_without_an_output_says_so(self):
        assert "There is no output." in everything(read_trace(a_trace(answer=None)))
        assert "There is no output." in everything(read_trace(a_trace(answer="  \n")))

    def test_an_error_of_the_application_is_part_of_the_answer(self):
        assert "timed out after 9 s" in everything(
            read_trace(a_trace(answer=None, error="timed out after 9 s"))
        )

    def test_nobody_asked_anything(self):
        assert read_trace(a_trace(input=())).question is None

    def test_instructions_are_folded(self):
        trace = a_trace(input=(text_message("system", "Be kind."), text_message("user", "How long?")))
        first = read_trace(trace).blocks[0]
        assert isinstance(first, Fold)
        assert first.caption == "Instructions to the application"

    def test_one_passage_is_not_many(self):
        assert "1 passage retrieved" in captions(read_trace(a_trace(steps=(a_retrieval("a"),))))

    def test_tool_messages_between_two_answers_become_one_fold(self):
        call = Message(
            role="assistant", parts=(Part(kind="tool_call", name="find", data='{"city": "Graz"}'),)
        )
        result = Message(role="tool", name="find", parts=(Part(text='[{"flight": "OS 1", "seats": 3}]'),))
        trace = a_trace(input=(text_message("user", "Fly me"), call, result, call, result))
        fold = read_trace(trace).blocks[1]
        assert fold.caption == "2 tool calls: find"
        text = everything(read_trace(trace))
        assert "city: Graz" in text
        assert "flight: OS 1\n\nseats: 3" in text
        assert "{" not in text

    def test_a_tool_called_straight_after_the_text_belongs_to_the_answer(self):
        call = Message(role="assistant", parts=(Part(kind="tool_call", name="book", data={"seat": "4A"}),))
        trace = a_trace(output=(text_message("assistant", "I book it."), call))
        reading = read_trace(trace)
        assert reading.answer == len(reading.blocks) - 1
        assert "seat: 4A" in everything(read_trace(a_trace(output=trace.output, input=())))

    def test_many_steps_are_one_line_until_they_are_opened(self):
        steps = tuple(Step(id=str(n), kind="tool", name=f"tool {n}", input={"n": n}) for n in range(300))
        reading = read_trace(a_trace(steps=steps))
        assert captions(reading) == ["User", "300 steps", "Answer under review"]
        assert "Tool call · tool 299" in everything(reading)

    def test_pictures_and_files_are_named_and_not_shown(self):
        parts = (Part(text="See"), Part(kind="image", name="cat.png", data={"url": "http://x/cat.png"}))
        text = everything(read_trace(a_trace(output=(Message(role="assistant", parts=parts),))))
        assert "[picture: cat.png]" in text
        assert "http" not in text

    def test_a_very_long_dialogue_folds_its_beginning(self):
        messages = tuple(text_message("user", f"message {n}") for n in range(1_200))
        reading = read_trace(a_trace(input=messages))
        assert reading.blocks[0].caption == "700 earlier messages"
        assert "message 0\n" in everything(reading)


class TestBlind:
    TRACE = Trace(
        source="s",
        native_id="t",
        model="orca-7b",
        prompt=Versioned(name="tax-prompt", version="v17"),
        input=(text_message("user", "How long?"),),
        output=(Message(role="assistant", name="orca-7b", parts=(Part(text="Thirty."),)),),
        metrics=(Metric(name="groundedness", value=0.4211, evaluator="judge-a", explanation="bad grounds"),),
        steps=(
            a_retrieval("a passage"),
            Step(
                id="l",
                kind="llm",
                name="orca-7b call",
                model="orca-7b",
                input={"model": "orca-7b", "text": "How"},
            ),
            Step(id="e", kind="evaluator", name="judge-a", output={"score": 0.4211}),
            Step(
                id="t",
                kind="tool",
                name="lookup",
                output={"note": "asked orca-7b-0613", "model": "Fiat", "cost": 9},
            ),
        ),
        metadata={"model_family": "orca-7b"},
    )

    @pytest.mark.parametrize(
        "secret", ["orca", "v17", "tax-prompt", "0.42", "judge", "groundedness", "0.81", "bad grounds"]
    )
    def test_nothing_tells_which_machine_it_was_or_what_others_thought(self, secret):
        assert secret not in everything(read_trace(self.TRACE, blind=True))

    def test_what_a_tool_gave_back_stays_business(self):
        text = everything(read_trace(self.TRACE, blind=True))
        assert "model: Fiat" in text
        assert "cost: 9" in text
        assert "a passage" in text

    @pytest.mark.parametrize("told", ["orca-7b", "score 0.812", "Evaluation · judge-a"])
    def test_afterwards_it_is_told(self, told):
        assert told in everything(read_trace(self.TRACE, blind=False))

    def test_a_short_name_of_a_model_hides_no_other_words(self):
        steps = (
            Step(id="a", kind="tool", name="tool1", input="x"),
            Step(id="b", kind="llm", name="draft_o1_mini", input="x"),
            Step(id="c", kind="llm", name="ChatO1", model="o1", input="o1-mini said co1a"),
        )
        text = everything(read_trace(a_trace(steps=steps)))
        assert "Tool call · tool1" in text
        assert "draft" not in text
        assert "… said co1a" in text

    def test_the_words_of_the_answer_are_left_alone(self):
        trace = a_trace(answer="I am orca-7b.", model="orca-7b")
        assert "I am orca-7b." in everything(read_trace(trace, blind=True))


class TestMarkdown:
    def test_headings_lists_quotes_code_rules(self):
        made = shown("# Head\n\ntext\n\n- one\n  1. two\n\n> quoted\n\n```py\nx = 1\n\ny\n```\n\n---\n")
        kinds = [(o.kind, o.marker, o.indent, o.quote) for o in made if isinstance(o, Paragraph)]
        assert kinds == [
            ("heading", "", 0, 0),
            ("body", "", 0, 0),
            ("body", "•", 1, 0),
            ("body", "1.", 2, 0),
            ("body", "", 0, 1),
            ("info", "", 0, 0),
            ("code", "", 0, 0),
            ("code", "", 0, 0),
            ("code", "", 0, 0),
        ]
        assert isinstance(made[-1], Rule)

    def test_numbers_are_those_that_were_written(self):
        assert [o.marker for o in shown("7. a\n9. b\n\ntext\n\n3) c")] == ["7.", "9.", "", "3)"]

    def test_styles_of_a_line(self):
        (line,) = shown("a **b** *c* `d` ~~e~~")
        looks = {
            run.text: (run.bold, run.italic, run.code, run.strike) for run in line.runs if run.text.strip()
        }
        assert looks == {
            "a ": (False, False, False, False),
            "b": (True, False, False, False),
            "c": (False, True, False, False),
            "d": (False, False, True, False),
            "e": (False, False, False, True),
        }

    def test_a_line_of_its_own_stays_one(self):
        assert lines("Mill Lane 4\nGraz  \nAustria") == ["Mill Lane 4", "Graz", "Austria"]

    def test_a_table(self):
        (table,) = shown("| a | b |\n|---|--:|\n| 1 | **2** |\n| 3 |")
        assert table.alignments == ("left", "right")
        assert [["".join(run.text for run in cell) for cell in row] for row in table.rows] == [
            ["a", "b"],
            ["1", "2"],
            ["3", ""],
        ]

    @pytest.mark.parametrize(
        ("markdown", "read"),
        [
            ("[label](https://a.example/x)", "label (https://a.example/x)"),
            ("<https://a.example/>", "https://a.example/"),
            ("<me@a.example>", "me@a.example"),
            ("[x](javascript:alert(1))", "[x](javascript:alert(1))"),
            ("![cat](http://a.example/c.png)", "!cat (http://a.example/c.png)"),
            ("![](data:text/html;base64,AAAA)", "![](data:text/html;base64,AAAA)"),
            ("https://a.example", "https://a.example"),
            ("<b>bold</b><script>x</script>", "<b>bold</b><script>x</script>"),
            ("<img src='file:///etc/passwd'>", "<img src='file:///etc/passwd'>"),
            ("[hidden]: http://a.example 'title'", "[hidden]: http://a.example 'title'"),
        ],
    )
    def test_links_pictures_and_html_are_text(self, markdown, read):
        assert lines(markdown) == [read]

    def test_a_list_with_an_empty_item(self):
        assert [(o.marker, o.text) for o in shown("- a\n-\n- c")] == [("•", "a"), ("•", ""), ("•", "c")]

    def test_code_that_is_cut_for_its_length_stays_code(self):
        code = "\n".join(f"line {n} of a rather long listing" for n in range(2_000))
        made = shown(f"before\n\n```\n{code}\n```\n\nafter")
        assert "\n".join(o.text for o in made if o.kind == "code") == code
        assert (made[0].text, made[-1].text) == ("before", "after")


class TestNothingIsHidden:
    def test_what_is_nested_too_deeply_for_the_parser_is_still_read(self):
        assert "secret" in "".join(lines("> " * 200 + "secret"))
        assert "secret" in "".join(lines("- " * 200 + "secret"))
        assert "secret" in "".join(
            lines("".join(f"{'  ' * n}- item\n" for n in range(60)) + "  " * 60 + "- secret")
        )

    @given(st.lists(st.text("ab*_`[]()<>!#->|~\\&;: \n\t1.\u200b", max_size=60), max_size=30))
    def test_every_letter_of_any_markdown_is_read(self, pieces):
        text = " ".join(f"{piece}w{number}w" for number, piece in enumerate(pieces))
        found = everything_of(text)
        missing = [word for word in re.findall(r"w\d+w", text) if word not in found]
        assert not missing

    @given(st.text())
    def test_any_text_is_read_without_a_fault(self, text):
        everything_of(text)

    @given(st.text(st.characters(codec=None, categories=["Cs", "Cc", "Cf", "Lu"])))
    def test_half_characters_and_controls_never_reach_the_window(self, text):
        assert not re.search(
            "[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]", everything_of(text)
        )


def everything_of(text: str) -> str:
    return everything(read_trace(a_trace(answer=text)))


class TestMarks:
    @pytest.mark.parametrize(
        ("raw", "read"),
        [
            ("invoice\u202eexe.fdp", "invoice‹U+202E›exe.fdp"),
            ("a\x00b", "a‹U+0000›b"),
            ("a\u200bb", "a‹U+200B›b"),
            ("\ufeffa", "‹U+FEFF›a"),
            ("a\U000e0041\U000e0042b", "a‹U+E0041›‹U+E0042›b"),
            ("a\x1b[31mb", "a‹U+001B›[31mb"),
            ("a\ud800b", "a‹U+D800›b"),
            ("a" + "\u200b" * 500 + "b", "a‹U+200B ×500›b"),
            ("a\u2028b\u2029c\ufdd0d\ufffce", "a‹U+2028›b‹U+2029›c‹U+FDD0›d‹U+FFFC›e"),
            ("a&#x202e;b&#8203;c", "a‹U+202E›b‹U+200B›c"),
        ],
    )
    def test_what_cannot_be_seen_is_marked(self, raw, read):
        assert lines(raw) == [read]

    @pytest.mark.parametrize("text", ["👩‍👩‍👧 ❤️ 3️⃣", "می‌خواهم", "क्‍ष", "naïve “quotes” – 日本語 עברית"])
    def test_writing_that_needs_joiners_is_left_alone(self, text):
        assert lines(text) == [text]

    def test_the_same_in_names_and_captions(self):
        step = Step(id="t", kind="tool", name="pay\u202eyap", input="x")
        assert "Tool call · pay‹U+202E›yap" in everything(read_trace(a_trace(steps=(step,))))


class TestFields:
    def read(self, data: object) -> list[str]:
        step = Step(id="t", kind="tool", name="n", input=data)
        (fold,) = [block for block in read_trace(a_trace(steps=(step,))).blocks if isinstance(block, Fold)]
        made = [o for o in fold_operations(fold) if isinstance(o, Paragraph) and o.kind == "field"]
        return [f"{'  ' * o.indent}{o.marker}{' ' * bool(o.marker)}{o.text}" for o in made]

    def test_lines_of_keys_and_values(self):
        data = {"id": 7, "to": {"city": "Graz", "open": True, "zip": None}, "tags": ["a", "b"], "none": []}
        assert self.read(data) == [
            "id: 7",
            "to:",
            "  city: Graz",
            "  open: yes",
            "  zip: none",
            "tags:",
            "  – a",
            "  – b",
            "none: none",
        ]

    def test_records_in_a_list_are_numbered(self):
        assert self.read({"flights": [{"no": 1, "day": "Mon"}, {"no": 2}]}) == [
            "flights:",
            "  1. no: 1",
            "  day: Mon",
            "  2. no: 2",
        ]

    def test_json_in_a_text_is_unpacked_and_broken_json_is_a_text(self):
        assert self.read('{"a": "{\\"b\\": 1}"}') == ["a:", "  b: 1"]
        assert self.read('{"a": ') == ['{"a": ']
        assert "deep" in "".join(self.read("[" * 100_000 + '"deep"'))

    def test_any_depth(self):
        data: object = "deep"
        for _ in range(90):
            data = {"k": [data]}
        assert "deep" in self.read(data)[-1]

    def test_long_data_is_folded_and_whole(self):
        step = Step(
            id="t", kind="tool", name="n", input={"rows": [{"n": n, "text": "x"} for n in range(5_000)]}
        )
        text = everything(read_trace(a_trace(steps=(step,))))
        assert "Show the rest" in text
        assert all(f"n: {n}\n" in text for n in range(0, 5_000, 97))


class TestCaps:
    def test_no_paragraph_is_longer_than_2000_characters_and_no_character_is_lost(self):
        text = "x" * 10_000 + " y" * 10_000
        made = shown(text)
        assert max(len(o.text) for o in made) <= 2_000
        assert "".join(o.text for o in made) == text

    def test_a_message_beyond_256_kib_has_its_rest_on_request(self):
        text = "\n\n".join(f"Paragraph {n} of a long message." for n in range(30_000))
        made = shown(text)
        assert isinstance(made[-1], FoldLine)
        assert sum(len(o.text) for o in made[:-1]) <= 256 * 1024
        words = everything_of(text)
        assert all(f"Paragraph {n} of" in words for n in range(30_000))

    def test_a_message_of_lines_stops_at_20000(self):
        made = shown("- a\n" * 50_000)
        assert len(made) == 20_001

    def test_a_table_of_20000_rows_is_200_rows_and_text(self):
        rows = "".join(f"| r{n} | {n} |\n" for n in range(20_000))
        made = shown(f"| a | b |\n|---|---|\n{rows}")
        tables = [o for o in made if isinstance(o, Table)]
        assert [len(table.rows) for table in tables] == [200]
        words = everything_of(f"| a | b |\n|---|---|\n{rows}")
        assert all(f"r{n} |" in words or f"r{n}\n" in words for n in range(0, 20_000, 501))

    def test_a_table_wider_than_a_page_is_text(self):
        wide = "|a" * 100 + "\n" + "|-" * 100 + "\n" + "|b" * 100
        assert not [o for o in shown(wide) if isinstance(o, Table)]

    @pytest.mark.parametrize(
        "text",
        [
            "[" * 300_000,
            "![" * 100_000,
            "*_" * 100_000,
            "[a](" * 60_000,
            "<a " * 90_000,
            "> " * 100_000,
            "|a" * 100_000,
            "a\u200b" * 100_000,
            "`a" * 100_000,
            "- " * 100_000,
            "&#x200b;" * 30_000,
            "\n".join(["[" * 300] * 500),
        ],
        ids=lambda text: repr(text[:8]),
    )
    @pytest.mark.bench
    def test_no_single_step_takes_long_whatever_was_said(self, text):
        slowest, steps = 0.0, operations(Text(text))
        while True:
            begun = time.process_time()
            if next(steps, None) is None:
                break
            slowest = max(slowest, time.process_time() - begun)
        assert slowest < 0.25

    def test_arranging_takes_no_time_however_long_the_trace(self):
        trace = a_trace(
            answer="word " * 2_000_000, input=tuple(text_message("user", "x" * 50_000) for _ in range(400))
        )
        begun = time.process_time()
        read_trace(trace)
        assert time.process_time() - begun < 0.1
