# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.civic.mailbox.plugins.module_utils._core.errors import PolicyError
from ansible_collections.civic.mailbox.plugins.module_utils._core.policy import Policy
from ansible_collections.civic.mailbox.plugins.module_utils._module.policy_file import (
    load_policy,
    policy_faults,
)

ROOT = Path(__file__).parents[5]
LEAST = "forwarding:\n  internal_domains: [town.example]\n"
EXEMPTION = """exemptions:
  - control: idle-mailbox
    select: unit == 'Archive'
    reason: read by a machine
    approver: the head of office
    expires: 2026-12-31
"""


@pytest.fixture
def load(tmp_path):
    """A policy from its text."""
    file = tmp_path / "policy.yml"

    def _load(text: str | bytes) -> Policy:
        file.write_bytes(text if isinstance(text, bytes) else text.encode())
        return load_policy(file)

    return _load


def test_the_example_states_the_defaults_where_it_says_so(load):
    example = load_policy(ROOT / "inventory" / "example" / "policy.yml")
    least = load(LEAST)
    own = {name: getattr(example, name) for name in ("office", "exemptions")}
    forwarding = replace(
        least.forwarding,
        internal_domains=example.forwarding.internal_domains,
        partner_domains=example.forwarding.partner_domains,
    )
    reopening = replace(
        least.reopening,
        approvers=example.reopening.approvers,
        keep_locked=example.reopening.keep_locked,
    )

    assert example == replace(least, forwarding=forwarding, reopening=reopening, **own)
    assert (least.idle.limit_months, least.idle.warn_months) == (3, 2)


def test_faults_are_told_as_text_and_are_empty_where_the_policy_can_be_followed(tmp_path):
    file = tmp_path / "policy.yml"
    missing = policy_faults(str(file))
    file.write_text(LEAST, encoding="utf-8")

    assert missing == f"cannot read the policy file {file}: No such file or directory"
    assert policy_faults(str(file)) == ""


def test_the_enforcement_can_be_limited_and_bound_to_warnings(load):
    stated = load(
        LEAST
        + """
enforcement: {max_changes: 7, unit_max_percent: 30, warn_first_days: 14, administrators: [It@A.B]}
default_password: {lock_from: 2019-01-20}
"""
    )

    found = stated.enforcement
    assert (found.max_changes, found.unit_max_percent, found.warn_first_days) == (7, 30, 14)
    assert (found.max_percent, found.administrators) == (10, ("it@a.b",))
    assert stated.default_password.lock_from == date(2019, 1, 20)


def test_a_limit_of_nothing_is_no_limit_and_is_refused(load):
    with pytest.raises(PolicyError, match="max_changes"):
        load(LEAST + "\nenforcement: {max_changes: 0}\n")


def test_the_labs_policy_is_one():
    assert load_policy(ROOT / "inventory" / "lab" / "policy.yml").exemptions


def test_a_selector_can_take_a_part_of_a_list(load):
    (exemption,) = load(exempt(select="addresses[0:1] == ['a@town.example']")).exemptions

    assert exemption.covers("idle-mailbox", {"addresses": ["a@town.example", "b@town.example"]})


def test_an_exemption_is_read(load):
    (exemption,) = load(LEAST + EXEMPTION).exemptions

    assert exemption.covers("idle-mailbox", {"unit": "Archive"})
    assert exemption.expires == date(2026, 12, 31)
    assert (exemption.reason, exemption.approver) == ("read by a machine", "the head of office")


FINE = [
    # what the case shows                        the file
    ("a byte order mark, as Notepad writes it",  "\ufeff" + LEAST),
    ("line ends of Windows",                     LEAST.replace("\n", "\r\n")),
    ("a comment in Vietnamese",                  "# Ủy ban nhân dân\n" + LEAST),
    ("a value named once and used again",        "profile: &p letter\noffice: *p\n" + LEAST),
    ("sections without anything in them",        LEAST + "password:\nidle_mailbox:\nexemptions:\n"),
]  # fmt: skip


@pytest.mark.parametrize("text", [pytest.param(text, id=name) for name, text in FINE])
def test_what_is_no_mistake_is_read(load, text):
    assert load(text).forwarding.internal_domains == {"town.example"}


def more(text: str) -> str:
    """A good file with some more lines, from line 3 on."""
    return LEAST + text


def exempt(**changed: str) -> str:
    """A good file with one exemption, from line 4 on; None leaves a key out."""
    lines = EXEMPTION.splitlines(keepends=True)
    for key, value in changed.items():
        lines = [
            f"{line.partition(':')[0]}: {value}\n" if line.strip(" -").startswith(key) else line
            for line in lines
        ]
    return LEAST + "".join(lines)


def partner(**changed: str) -> str:
    """A good file with one partner domain, from line 4 on."""
    stated = {"domain": "b.example", "approver": "a", "reason": "r", "expires": "2026-12-31"}
    keys = "".join(f"      {key}: {value}\n" for key, value in (stated | changed).items())
    return f"{LEAST}  partner_domains:\n    -\n{keys}"


MISTAKES = [
    # what the case shows                  the file                                   line, key and what is told of it
    ("an empty file",                      "",                                        "line 1, the file: the key forwarding is required"),
    ("only a comment",                     "# nothing\n",                             "line 1, the file: the key forwarding is required"),
    ("no keys",                            "- a\n",                                   "line 1, the file: expected keys and values"),
    ("a plain text",                       "letter\n",                                "line 1, the file: expected keys and values"),
    ("forwarding without anything",        "office: x\nforwarding:\n",                "line 2, forwarding: the key forwarding is required"),
    ("no internal domain",                 "forwarding:\n  internal_domains: []\n",   "line 2, forwarding.internal_domains: the list is empty"),
    ("owners told perhaps",                LEAST + "  tell_owners: perhaps\n",       "line 3, forwarding.tell_owners: expected true or false, found 'perhaps'"),
    ("one domain, not in a list",          "forwarding:\n  internal_domains: a.b\n",  "line 2, forwarding.internal_domains: expected a list of texts"),
    ("an address for a domain",            "forwarding:\n  internal_domains: [a@b]\n", "line 2, forwarding.internal_domains: 'a@b' is no domain"),
    ("a pattern for a domain",             "forwarding:\n  internal_domains: ['*.b']\n", "line 2, forwarding.internal_domains: '*.b' is no domain"),
    ("a URL for a domain",                 "forwarding:\n  internal_domains: ['http://b']\n", "line 2, forwarding.internal_domains: 'http://b' is no domain"),
    ("partner domains that are names",     LEAST + "  partner_domains: [b.example]\n", "line 3, forwarding.partner_domains.0: expected keys and values, found 'b.example'"),
    ("a partner domain without its parts", LEAST + "  partner_domains:\n    - domain: b\n", "line 4, forwarding.partner_domains.0: the key approver is required"),
    ("a partner domain without a name",    partner(domain="' '"),                     "line 5, forwarding.partner_domains.0.domain: the text is empty"),
    ("a partner's address",                partner(domain="x@b.example"),             "line 5, forwarding.partner_domains.0.domain: 'x@b.example' is no domain name"),
    ("all domains below a partner's",      partner(domain="'*.b.example'"),           "line 5, forwarding.partner_domains.0.domain: '*.b.example' is no domain name"),
    ("a partner inside",                   partner(domain="Town.Example"),            "line 5, forwarding.partner_domains.0.domain: 'Town.Example' is an internal domain too"),
    ("a partner nobody approved",          partner(approver="''"),                    "line 6, forwarding.partner_domains.0.approver: the text is empty"),
    ("a partner for ever",                 partner(expires="never"),                  "line 8, forwarding.partner_domains.0.expires: expected a day"),
    ("an unknown key of a partner",        partner(untl="x"),                         "line 9, forwarding.partner_domains.0.untl: unknown key; known are domain, expires, reason"),
    ("a partner twice",                    partner(expires="2026-12-31\n    - {domain: B.example., approver: a, reason: r, expires: 2026-12-31}"), "line 9, forwarding.partner_domains.1.domain: b.example stands here twice: leave one"),
    ("a typing error in a key",            more("idle_mailbx: {}\n"),                 "line 3, idle_mailbx: unknown key; did you mean idle_mailbox?"),
    ("a key of nothing known",             more("zzz: 1\n"),                          "line 3, zzz: unknown key; known are profile, office"),
    ("a typing error in a section",        more("password:\n  min_lenght: 9\n"),      "line 4, password.min_lenght: unknown key; did you mean min_length?"),
    ("a key given twice",                  more("office: a\noffice: b\n"),            "line 4: office stands in line 3 already"),
    ("a profile that nobody wrote",        more("profile: strict\n"),                 "line 3, profile: expected one of letter, nist-63b-4, found 'strict'"),
    ("classes in the profile of NIST",     more("profile: nist-63b-4\npassword: {classes: [letters]}\n"), "line 4, password.classes: profile nist-63b-4 forbids"),
    ("a class that is none",               more("password: {classes: [vowels]}\n"),   "line 3, password.classes: 'vowels' is none of letters, digits"),
    ("a number written as a text",         more("password: {min_length: '9'}\n"),     "line 3, password.min_length: expected a whole number from 1 to 256, found '9'"),
    ("a length of nothing",                more("password: {min_length: 0}\n"),       "line 3, password.min_length: expected a whole number"),
    ("yes for a number",                   more("password: {min_length: yes}\n"),     "line 3, password.min_length: expected a whole number"),
    ("a fraction of months",               more("idle_mailbox: {limit_months: 2.5}\n"), "line 3, idle_mailbox.limit_months: expected a whole number"),
    ("a text for true or false",           more("password: {blocklist: 'no'}\n"),     "line 3, password.blocklist: expected true or false"),
    ("a warning at the limit",             more("idle_mailbox: {warn_months: 3}\n"),  "line 3, idle_mailbox.warn_months: the warning must come before"),
    ("a limit below the warning",          more("idle_mailbox: {limit_months: 1, warn_months: 2}\n"), "line 3, idle_mailbox.warn_months: the warning must come before"),
    ("a time zone of another world",       more("time_zone: Mars/Olympus\n"),         "line 3, time_zone: 'Mars/Olympus' is no time zone"),
    ("a folder of time zones",             more("time_zone: Asia\n"),                 "line 3, time_zone: 'Asia' is no time zone"),
    ("a path for a time zone",             more("time_zone: ../../etc/passwd\n"),     "line 3, time_zone: '../../etc/passwd' is no time zone"),
    ("no time zone at all",                more("time_zone: ''\n"),                   "line 3, time_zone: '' is no time zone"),
    ("a list for a text",                  more("office: [a]\n"),                     "line 3, office: expected a text, found ['a']"),
    ("a text for a section",               more("password: strong\n"),                "line 3, password: expected keys and values, found 'strong'"),
    ("a control that does not exist",      more("controls: [idle]\n"),                "line 3, controls: 'idle' is none of password-policy"),
    ("no control at all",                  more("controls: []\n"),                    "line 3, controls: the list is empty"),
    ("a witness without a day",            more("idle_mailbox:\n  sign_ins_recorded_since:\n    dovecot: soon\n"), "line 5, idle_mailbox.sign_ins_recorded_since.dovecot: expected a day as 2026-12-31, found 'soon'"),
    ("a witness that there is not",        more("idle_mailbox:\n  sign_ins_recorded_since:\n    dovecott: 2024-01-01\n"), "line 5, idle_mailbox.sign_ins_recorded_since.dovecott: unknown key; did you mean dovecot?"),
    ("a list of witnesses",                more("idle_mailbox:\n  sign_ins_recorded_since: [dovecot]\n"), "line 4, idle_mailbox.sign_ins_recorded_since: expected keys and values"),
    ("exemptions that are no list",        more("exemptions: {a: 1}\n"),              "line 3, exemptions: expected a list"),
    ("an exemption that is a text",        more("exemptions:\n  - all of them\n"),    "line 4, exemptions.0: expected keys and values"),
    ("an exemption without its parts",     more("exemptions:\n  - control: idle-mailbox\n"), "line 4, exemptions.0: the key approver is required"),
    ("an exemption from what?",            more("exemptions:\n  - select: 'true'\n"), "line 4, exemptions.0: the key control is required"),
    ("an exemption from nothing known",    exempt(control="idle"),                    "line 4, exemptions.0.control: expected one of"),
    ("an unknown key of an exemption",     exempt(reason="x\n    zzz: 1"),            "line 7, exemptions.0.zzz: unknown key; known are control, select, expires, reason, approver"),
    ("a fact that no subject has",         exempt(select="unitt == 'a'"),             "line 5, exemptions.0.select: no subject has unitt; known are mail, addresses"),
    ("an expression cut short",            exempt(select="unit =="),                  "line 5, exemptions.0.select: 'unit ==' is no JMESPath expression"),
    ("a function that does not exist",     exempt(select="start_with(mail, 'a')"),    "line 5, exemptions.0.select: \"start_with(mail, 'a')\" is no JMESPath expression: Unknown function"),
    ("a function without its arguments",   exempt(select="starts_with(mail)"),        "line 5, exemptions.0.select: 'starts_with(mail)' is no JMESPath expression: Expected 2"),
    ("an index past all numbers",          exempt(select=f"addresses[{'9' * 5000}]"), "line 5, exemptions.0.select:"),
    ("an expression without an end",       exempt(select="(" * 5000),                 "line 5, exemptions.0.select:"),
    ("a reason of blanks",                 exempt(reason="' '"),                      "line 6, exemptions.0.reason: the text is empty"),
    ("an expression that is a number",     exempt(select="1"),                        "line 5, exemptions.0.select: expected a text, found 1"),
    ("an empty expression",                exempt(select="''"),                       "line 5, exemptions.0.select: the text is empty"),
    ("a day in another order",             exempt(expires="31/12/2026"),              "line 8, exemptions.0.expires: expected a day as 2026-12-31, found '31/12/2026'"),
    ("a time for a day",                   exempt(expires="2026-12-31 10:00:00"),     "line 8, exemptions.0.expires: expected a day"),
    ("a month for a day",                  exempt(expires="2026-12"),                 "line 8, exemptions.0.expires: expected a day"),
    ("a day that no calendar has",         exempt(expires="2026-02-30"),              "line 8, exemptions.0.expires: '2026-02-30' is no value of its kind: day is out of range"),
    ("never",                              exempt(expires="never"),                   "line 8, exemptions.0.expires: expected a day"),
    ("a year",                             exempt(expires="2026"),                    "line 8, exemptions.0.expires: expected a day"),
    ("a tab",                              more("\toffice: x\n"),                     "line 3: not YAML:"),
    ("a bracket that stays open",          more("controls: [\n"),                     "line 4: not YAML:"),
    ("a sign that no text has",            more("office: \x01\n"),                    "line 3: not YAML: special characters are not allowed"),
    ("two documents",                      more("---\n") + LEAST,                     "line 3: not YAML:"),
    ("an object of Python",                more("office: !!python/object/apply:os.getcwd []\n"), "line 3: not YAML: could not determine a constructor"),
    ("a tag that does not fit",            more("office: !!bool perhaps\n"),          "line 3, office: 'perhaps' is no value of its kind"),
    ("a key that is a list",               more("? [a, b]\n: 1\n"),                   "line 3: not YAML: found unhashable key"),
    ("keys that are numbers",              more("1: 2\n"),                            "line 1, the file: expected keys and values"),
    ("an alias inside itself",             more("office: &a [*a]\n"),                 "line 3, office: expected a text"),
    ("an alias inside itself, as keys",    more("password: &a {min_length: *a}\n"),   "line 3, password.min_length: expected a whole number"),
    ("aliases of aliases of aliases",      more("office:\n" + "".join(f"- &a{i} [{', '.join([f'*a{i-1}'] * 9) if i else 'x'}]\n" for i in range(30))), "line 3, office: expected a text"),
    ("far too deep",                       more("office: " + "[" * 5000 + "]" * 5000), "nested too deeply"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "told"), [pytest.param(*case, id=name) for name, *case in MISTAKES]
)
def test_a_mistake_is_told_with_file_line_and_key(load, tmp_path, text, told):
    with pytest.raises(PolicyError) as refused:
        load(text)

    assert f"{tmp_path}/policy.yml" in str(refused.value)
    assert told in str(refused.value)
    assert max(map(len, str(refused.value).splitlines())) < 6000


def test_every_mistake_is_told_at_once(load):
    with pytest.raises(PolicyError) as refused:
        load("profile: strict\nzzz: 1\npassword: {min_length: 0}\n" + exempt(expires="never"))

    assert [line.split(", ")[1] for line in str(refused.value).splitlines()] == [
        "line 1", "line 3", "line 11", "line 2",
    ]  # fmt: skip


def test_a_file_in_another_encoding_is_named(load):
    with pytest.raises(PolicyError, match=r"policy\.yml: not UTF-8 text at byte 9: save it so"):
        load("office: Bình".encode("latin-1"))


def test_a_file_that_is_not_there_is_named(tmp_path):
    with pytest.raises(PolicyError, match=r"nowhere\.yml: No such file"):
        load_policy(tmp_path / "nowhere.yml")


def test_a_folder_is_no_file(tmp_path):
    with pytest.raises(PolicyError, match=f"{tmp_path}: Is a directory"):
        load_policy(tmp_path)


KEYS = st.sampled_from(
    "office time_zone profile password forwarding idle_mailbox regular_use controls exemptions"
    " min_length classes specials blocklist history lockout_threshold must_change_after_reset"
    " internal_domains partner_domains domain limit_months warn_months sign_ins_recorded_since within_days"
    " min_share_percent control select reason approver expires dovecot".split()
)
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-5, 200)
    | st.floats()
    | st.dates()
    | st.datetimes()
    | st.text(max_size=8)
    | st.sampled_from(["letter", "nist-63b-4", "idle-mailbox", "letters", "town.example", "UTC"])
)
DATA = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(KEYS | SCALARS.filter(lambda key: key == key), inner, max_size=4)
        | st.dictionaries(KEYS, inner, max_size=6)
    ),
    max_leaves=12,
)


def policy_or_mistakes(path: Path, text: bytes) -> None:
    path.write_bytes(text)
    with suppress(PolicyError):
        assert isinstance(load_policy(path), Policy)


def test_any_data_gives_a_policy_or_its_mistakes(tmp_path):
    @given(DATA)
    def gives(data):
        text = yaml.safe_dump(data, allow_unicode=True)
        policy_or_mistakes(tmp_path / "policy.yml", text.encode("utf-8", "surrogatepass"))

    gives()


def test_any_text_gives_a_policy_or_its_mistakes(tmp_path):
    tokens = st.sampled_from(
        ["forwarding:", "internal_domains:", "[", "]", "{", "}", "\n", "  ", "- ", "? ", ": ", "&a ",
         "*a", "!!int ", "!!bool ", "!!timestamp ", "<<: ", "|", ">", "'", '"', "%", "---", "...", "#",
         "2026-02-30", "0x_", ".inf", "=", "a", "1", "~"]
    )  # fmt: skip

    @given(st.lists(tokens | st.text(max_size=2), max_size=12).map("".join) | st.binary())
    def gives(text):
        raw = text if isinstance(text, bytes) else text.encode("utf-8", "surrogatepass")
        policy_or_mistakes(tmp_path / "policy.yml", raw)

    gives()


@pytest.mark.filterwarnings("ignore:deprecated string literal:PendingDeprecationWarning")
def test_any_expression_gives_an_exemption_or_its_mistakes(tmp_path):
    parts = st.sampled_from(
        ["mail", "unit", "addresses", "==", "'a'", "`1`", "`x", "[", "]", "(", ")", "0", "-1", ":",
         "?", "|", "||", "&", "@", "*", ".", ",", "sort_by(", "to_number(", "join(", "\"a\"", "{"]
    )  # fmt: skip

    @given(st.lists(parts, max_size=8).map("".join) | st.text(max_size=6))
    def gives(select):
        text = yaml.safe_dump({"forwarding": {"internal_domains": ["town.example"]}, "exemptions": [
            {"control": "idle-mailbox", "select": select, "reason": "r", "approver": "a",
             "expires": date(2026, 12, 31)}]}).encode("utf-8", "surrogatepass")  # fmt: skip
        path = tmp_path / "policy.yml"
        path.write_bytes(text)
        with suppress(PolicyError):
            for exemption in load_policy(path).exemptions:
                for facts in ({"mail": "a"}, {"name": "a"}, {"unit": "a", "addresses": ["a"]}):
                    assert exemption.covers("idle-mailbox", facts) in (True, False)

    gives()
