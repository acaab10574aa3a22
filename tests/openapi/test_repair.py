"""The file is a poor oracle: how poor, what the repairs mend, and why the rest of its own examples still fails."""

import inspect

import repair

WEBHOOK = "/whatsapp/webhooks"
MESSAGES = "/{Version}/{Phone-Number-ID}/messages"
STILL = {
    (WEBHOOK, None): "Not an answer of Graph: inbound webhooks are written with the schemas of outbound messages. "
    "The emulator's are held against Meta's own samples of webhooks elsewhere.",
    (MESSAGES, "Send Multi-Product Message"): "The example is a form to fill in: its header's type is <HEADER_TYPE>.",
    (MESSAGES, "Send Reply to List Message"): "The example lacks `type`, without which a message is a text.",
}


def failing(spec):
    return [(path, name) for path, _, _, name, schema, value in repair.examples(spec) if repair.violations(spec, schema, value)]


def test_the_file_has_113_operations(published):
    assert len(list(repair.operations(published))) == 113


def test_88_of_the_files_own_examples_fail_it(published):
    assert len(failing(published)) == 88


def test_what_still_fails_after_the_repairs_has_a_reason(spec):
    reasons = {(path, None if path == WEBHOOK else name) for path, name in failing(spec)}
    assert reasons == set(STILL)
    assert len(failing(spec)) == 18


def test_each_repair_is_needed_and_says_why(published):
    for repaired in repair.REPAIRS:
        assert inspect.getdoc(repaired), f"{repaired.__name__} has no reason"
    before, after = repair.resolve(published, published), repair.repaired(published)
    assert before != after and published == repair.load(), "repairs change a copy"


def test_the_repairs_of_messages_mend_what_they_are_for(published):
    """Without one of them more examples fail than with all."""
    whole = len(failing(repair.repaired(published)))
    needed = {
        repair.messages_are_whole,
        repair.messages_may_leave_out_what_has_a_default,
        repair.receipts_are_messages,
        repair.policy_has_one_value,
        repair.coordinates_are_numbers,
        repair.buttons_count_from_nought,
        repair.codes_of_links_hold_any_digit,
        repair.one_code_is_asked_as_a_list,
        repair.nothing_is_null,
        repair.patterns_are_escaped_once,
        repair.parts_of_other_nodes_are_parts,
        repair.numbers_have_one_set_of_states,
        repair.interactive_has_more_kinds,
        repair.answers_have_one_shape,
    }
    for left_out in needed:
        rest = [one for one in repair.REPAIRS if one is not left_out]
        assert len(failing(repair.repaired(published, rest))) > whole, f"{left_out.__name__} mends nothing"
