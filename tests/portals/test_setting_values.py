"""What `-s NAME=VALUE` may say."""

from pathlib import Path

import pytest

from portal_crawler.cli import main
from portal_crawler.errors import UsageError
from portal_crawler.portals.registry import parsed_settings


@pytest.mark.parametrize(
    ("word", "wanted"),
    [
        ("PORTAL_TIME_LIMIT=abc", "write a number from 0 to 1000000000000"),
        ("PORTAL_DISK_RESERVE_MB=-1", "write a whole number from 0"),
        ("PORTAL_DISK_RESERVE_MB=0.5", "write a whole number from 0"),
        ("PORTAL_LOG_DAYS=1e400", "write a number from 0 to 36500"),
        ("PORTAL_SWEEP_DAYS=inf", "write a number from 0 to 36500"),
        ("PORTAL_REQUISITE_RECHECK_DAYS=99999", "write a number from 0 to 36500"),
        ("DOWNLOAD_DELAY=nan", "write a number from 0"),
        ("DOWNLOAD_DELAY=" + "9" * 5000, "write a number from 0"),
        ("DOWNLOAD_MAXSIZE=" + "9" * 5000, "write a whole number from 0"),
        ("PORTAL_REQUISITES=maybe", "write true or false"),
        ("LOG_LEVEL=silly", "write one of DEBUG, INFO"),
        ("EXTENSIONS=abc", "write a JSON object"),
        ("EXTENSIONS=[1]", "write a JSON object"),
        ("RETRY_HTTP_CODES=abc", "write status codes"),
        ("PORTAL_REQUISITE_KINDS=style,pictures", "write some of style,script,image,icon,font"),
    ],
)
def test_a_value_that_makes_no_sense_is_refused_with_what_would(word: str, wanted: str) -> None:
    with pytest.raises(UsageError) as refusal:
        parsed_settings([word])
    name = word.partition("=")[0]
    assert str(refusal.value).startswith(f"-s {name}=")
    assert wanted in str(refusal.value)
    assert len(str(refusal.value)) < 150


@pytest.mark.parametrize(
    "word",
    [
        "PORTAL_TIME_LIMIT=0.5",
        "PORTAL_LOG_DAYS=1.5",
        "DOWNLOAD_DELAY=0",
        "PORTAL_REQUISITES=False",
        "RETRY_PRIORITY_ADJUST=-3",
        "RETRY_HTTP_CODES=503, 504",
        "PORTAL_REQUISITE_KINDS=style,icon",
        "PORTAL_REQUISITE_KINDS=",
        'EXTENSIONS={"a.B": 1}',
        "SPIDER_MODULES=a,b",
        "NOBODYS_OWN=a=b",
    ],
)
def test_a_value_of_the_settings_kind_is_kept_as_it_is(word: str) -> None:
    name, _, value = word.partition("=")
    assert parsed_settings([word]) == {name: value}


def test_the_command_says_it_before_anything_is_asked_for(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    archive = str(tmp_path / "archive")
    assert main(["crawl", "mst", "--archive", archive, "-s", "PORTAL_TIME_LIMIT=abc"]) == 2
    assert not (tmp_path / "archive").exists()
    assert capsys.readouterr().err == (
        "portal crawl: -s PORTAL_TIME_LIMIT=abc: write a number from 0 to 1000000000000\n"
    )
