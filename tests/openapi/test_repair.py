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


def failing(spec, among=None):
    """(path, name) of the examples that fail, of all or of some."""
    return [
        (path, name)
        for path, _, _, name, schema, value in repair.examples(spec)
        if (among is None or (path, name) in among) and repair.violations(spec, schema, value)
    ]


def test_the_file_has_113_operations(published):
    assert len(list(repair.operations(published))) == 113


def test_88_of_the_files_own_examples_fail_it(published):
    assert len(failing(published)) == 88


def test_what_still_fails_after_the_repairs_has_a_reason(spec):
    reasons = {(path, None if path == WEBHOOK else name) for path, name in failing(spec)}
    assert reasons == set(STILL)
    assert len(failing(spec)) == 18


def test_each_repair_says_why(published):
    for one in repair.REPAIRS:
        assert inspect.getdoc(one), f"{one.__name__} has no reason"
    repair.repaired(published)
    assert published == repair.load(), "repairs change a copy"


# What isn't about examples: the document can't be read without them, or calls can't be made.
NOT_OF_EXAMPLES = {
    repair.statuses_are_texts,
    repair.parameter_groups_do_not_exist,
    repair.operations_have_names,
    repair.headers_of_the_transport,
    repair.recipients_of_2026,
}


def test_every_other_repair_mends_an_example(published):
    """With one of them left out more examples fail than with all."""
    suspects = set(failing(published))
    # The others of messages work on what this one leaves.
    first = repair.messages_are_whole
    assert len(failing(repair.repaired(published, [first]), suspects)) < 88
    for left_out in set(repair.REPAIRS) - NOT_OF_EXAMPLES - {first}:
        rest = [one for one in repair.REPAIRS if one is not left_out]
        assert len(failing(repair.repaired(published, rest), suspects)) > 18, f"{left_out.__name__} mends nothing"
