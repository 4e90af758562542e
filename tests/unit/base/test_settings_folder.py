"""The settings are where people look for them on their system."""

import pytest
from platformdirs import user_config_path

from assay.base.settings_folder import settings_folder


@pytest.mark.parametrize("named", ["as it is", "not set", "empty", "not absolute"])
def test_settings_lie_where_they_belong_on_this_system(monkeypatch, named):
    if named == "not set":
        monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)
    elif named != "as it is":
        monkeypatch.setenv("XDG_CONFIG_HOME", "" if named == "empty" else "config")
    assert settings_folder() == user_config_path("assay", appauthor=False)
