"""LinguaMemoryBlock: so many tokens less, by the question that was asked, inside a real memory."""

from __future__ import annotations

import asyncio
import pickle
from itertools import pairwise

import llama_index.core
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from llama import Broken, listening
from llama_index.core.base.llms.types import ChatMessage, ImageBlock, MessageRole, TextBlock
from llama_index.core.memory import Memory
from llama_index.core.utils import get_tokenizer
from whole import keeps_whole_sentences

from lingua_integrations import PromptCompressor
from lingua_integrations.errors import LinguaWarning
from lingua_integrations.llama_index import LinguaMemoryBlock
from slow import Slow, beats_during

TALK = [
    ("user", "My cat is called Tom. He is three years old. He sleeps on the mat all day."),
    ("assistant", "What a fine cat. Cats sleep a lot, so there is nothing to worry about."),
    ("user", "My dog is called Rex. Rex eats too much. We walk in the park every morning."),
    ("assistant", "A dog needs his walks. The park is a good place for that, even in winter."),
    ("user", "I was born in Lisbon in 1969. Then we moved to Porto because of the work."),
    ("assistant", "Both are beautiful. Porto has the river and Lisbon has the sea and the light."),
]


def messages(talk=TALK):
    return [ChatMessage(content, role=role) for role, content in talk]


def block(**settings):
    return LinguaMemoryBlock(**{"method": "extractive-bm25", "slack": 0, **settings})


def tokens(text):
    return len(get_tokenizer()(text))


async def filled(made, talk=TALK, session=None):
    await made.aput(messages(talk), from_short_term_memory=True, session_id=session)
    return made


async def test_it_keeps_roles_and_texts():
    """One line a message; what has no text leaves no line; messages are not changed."""
    made = await filled(block(), TALK[:2])
    image = ImageBlock(url="http://example.org/x.png")
    more = [
        ChatMessage(blocks=[TextBlock(text="Look:"), image, TextBlock(text="a bird")]),
        ChatMessage(blocks=[image]),
        ChatMessage(" \n", role=MessageRole.ASSISTANT),
        ChatMessage(role=MessageRole.ASSISTANT, additional_kwargs={"tool_calls": []}),
    ]
    before = [message.model_dump() for message in more]
    await made.aput(more)
    assert [message.model_dump() for message in more] == before
    lines = [f"user: {TALK[0][1]}", f"assistant: {TALK[1][1]}", "user: Look:\na bird"]
    assert await made.aget() == "\n".join(lines)
    assert await block().aget() == ""


@pytest.mark.parametrize("less", [1, 10, 30, 60, 80])
async def test_so_many_tokens_less(less):
    """Counted by llama_index's own tokenizer; made of whole sentences, in order, and the budget is used."""
    made = await filled(block())
    content = await made.aget([ChatMessage("What is the name of my dog? Is he called Rex?")])
    shorter = await made.atruncate(content, less)
    assert tokens(content) - less - 20 < tokens(shorter) <= tokens(content) - less
    assert "Rex" in shorter
    places = [content.index(line) for line in shorter.split("\n")]
    assert places == sorted(places)


async def test_each_cut_brings_back_another_part():
    """It is made out of all that was said, not of what the last one left."""
    made = await filled(block())
    for question, answer in [("How old is the cat Tom?", "three"), ("Where was I born?", "Lisbon")] * 2:
        content = await made.aget([ChatMessage(question), ChatMessage("One moment.", role="assistant")])
        assert answer in await made.atruncate(content, tokens(content) - 40)
        await made.aput([ChatMessage("It rained in the town again. " * 10)])


async def test_what_the_user_laid_down_stays():
    """Whatever is asked, as long as it fits; what the assistant says binds nobody."""
    made = block()
    rain = ChatMessage("It rained in the town again. " * 10, role=MessageRole.ASSISTANT)
    bound = ChatMessage("You must wait. " + "It rained in the town again. " * 10, role=MessageRole.ASSISTANT)
    await made.aput(
        [ChatMessage("Never deploy on Friday."), rain, bound, ChatMessage("My cat is Tom."), rain]
    )
    content = await made.aget([ChatMessage("Who is my cat?")])
    shorter = await made.atruncate(content, tokens(content) - 30)
    assert "Never deploy on Friday." in shorter and "Tom" in shorter and "must" not in shorter
    assert "Tom" in await made.atruncate(content, tokens(content) - 8)


sentences = st.lists(
    st.sampled_from("the cat sat on a mat and ran home 1969 again".split()), min_size=3, max_size=12
)
talks = st.lists(sentences.map(lambda words: " ".join(words).capitalize() + "."), min_size=1, max_size=10)


@settings(max_examples=20)  # each is a whole conversation
@given(talk=talks, room=st.integers(20, 60), slack=st.sampled_from([0, 0.25, 0.5, 0.9]))
def test_each_text_begins_with_the_one_before(talk, room, slack):
    """Until there is no room for more: then it is cut, to its room less the slack where that is enough."""

    async def turns():
        made = block(slack=slack)
        before = ""
        for said in talk:
            await made.aput([ChatMessage(said)])
            shown = content = await made.aget([ChatMessage("cat mat?")])
            assert content.startswith(before)
            if tokens(content) > room:
                shown = await made.atruncate(content, tokens(content) - room)
                assert tokens(shown) <= room
            assert shown == await made.aget([ChatMessage("another question?")])
            before = shown

    asyncio.run(turns())


async def test_slack_is_for_what_is_said_next():
    """After a cut to three quarters of the room, a quarter of it may be said before the next one."""
    made = await filled(block(slack=0.25))
    content = await made.aget([ChatMessage("Where was I born?")])
    shorter = await made.atruncate(content, tokens(content) - 80)
    assert 30 < tokens(shorter) <= 60
    await made.aput([ChatMessage("And now I live in Braga.")])
    assert await made.aget() == f"{shorter}\nuser: And now I live in Braga."
    small = await filled(block(slack=0.9))
    content = await small.aget([ChatMessage("Where was I born?")])
    assert 3 < tokens(await small.atruncate(content, tokens(content) - 30)) <= 30  # a tenth would be nothing


async def test_what_was_cut_in_one_session_is_not_shown_in_another():
    made = await filled(await filled(block(), TALK[:3], "cat"), TALK[3:], "born")
    for session, question in (("cat", "How old is Tom?"), ("born", "Where was I born?")):
        content = await made.aget([ChatMessage(question)], session_id=session)
        await made.atruncate(content, 10)
    assert made.cuts.keys() == {"cat", "born"}
    assert "Lisbon" not in await made.aget(session_id="cat")
    assert "Tom" not in await made.aget(session_id="born")
    again = LinguaMemoryBlock.model_validate_json(made.model_dump_json())
    assert await again.aget(session_id="cat") == await made.aget(session_id="cat")


async def test_the_system_message_of_a_real_memory_only_grows():
    """Over many turns it begins as it did the turn before, but for few cuts."""
    memory = Memory.from_defaults(
        token_limit=400, token_flush_size=20, chat_history_token_ratio=0.3, memory_blocks=[block(slack=0.3)]
    )
    texts = []
    for turn in range(40):
        await memory.aput_messages(
            messages([("user", f"Fact {turn}: {TALK[turn % 6][1]}"), ("assistant", "Good.")])
        )
        system, *_ = await memory.aget(input="cat?")
        if system.role == "system":
            texts.append(system.content.split("</earlier_conversation>")[0].rstrip())
    cuts = sum(not after.startswith(before) for before, after in pairwise(texts))
    assert len(texts) > 30
    assert 1 <= cuts <= 8


async def test_two_answers_under_way_do_not_mix():
    """The question travels with the content, not with the block."""
    made = await filled(block())
    cat = await made.aget([ChatMessage("How old is the cat Tom?")])
    born = await made.aget([ChatMessage("Where was I born?")])
    shorter = await asyncio.gather(*(made.atruncate(text, tokens(text) - 40) for text in (cat, born)))
    assert "three" in shorter[0]
    assert "Lisbon" in shorter[1]


async def test_nothing_fits():
    made = await filled(block())
    content = await made.aget([ChatMessage("Where was I born?")])
    for less in (tokens(content) - 1, tokens(content), 10_000):
        assert await made.atruncate(content, less) is None
    assert await made.atruncate([], 5) is None
    assert await made.atruncate("", 5) is None


async def test_what_fits_stays():
    made = await filled(block())
    content = await made.aget([ChatMessage("Where was I born?")])
    assert await made.atruncate(content, 0) == content
    assert await made.atruncate(content, -5) == content


async def test_sessions_are_kept_apart():
    """One block in two memories: nobody reads what another one said."""
    made = await filled(block(), TALK[:1], "cat")
    await filled(made, TALK[2:3], "dog")
    await filled(made, TALK[4:5])
    cat = await made.aget(session_id="cat")
    assert "Tom" in cat
    assert "Rex" not in cat
    assert "Lisbon" in cat
    assert "Rex" in await made.aget(session_id="dog")


async def in_memory(made, limit=120, talk=TALK, ratio=0.3):
    memory = Memory.from_defaults(
        token_limit=limit, token_flush_size=10, chat_history_token_ratio=ratio, memory_blocks=[made]
    )
    await memory.aput_messages(messages(talk))
    return memory


async def test_in_a_real_memory():
    """Over the limit the older part is shortened, not dropped, and the limit holds without the template."""
    events = []
    memory = await in_memory(block(on_result=events.append))
    with listening() as heard:
        seen = await memory.aget(input="How old is the cat Tom?")
    assert heard.counts("LinguaMemoryBlock") == (1, 1, 1)
    (result,) = events
    system, *rest = seen
    assert (system.role, result.counter) == ("system", "llama_index")
    assert "<earlier_conversation>" in system.content
    assert result.texts[0] in system.content
    assert "three years" in result.texts[0]
    history = sum(tokens(message.content) for message in rest)
    assert tokens(result.texts[0]) + history <= 120
    assert result.tokens_after == tokens(result.texts[0]) < result.tokens_before
    assert heard.events[0].query == "How old is the cat Tom?"


async def test_in_a_memory_with_room():
    """Below the limit nothing is compressed."""
    made = block(on_result=pytest.fail)
    memory = await in_memory(made, limit=400, ratio=0.1)
    (system, *_) = await memory.aget(input="cat?")
    assert f"user: {TALK[0][1]}" in system.content


async def test_in_a_memory_without_room():
    """A block of which not a sentence fits is left out; an empty one, too."""
    memory = await in_memory(block(), limit=22)
    assert all(message.role != "system" for message in await memory.aget(input="cat?"))
    memory = await in_memory(block(), limit=10, talk=[("user", "one " * 30)])
    assert len(await memory.aget()) == 1


def test_through_the_sync_wrapper():
    """`get` of a memory, which runs its own loop."""
    memory = Memory.from_defaults(
        token_limit=120, token_flush_size=10, chat_history_token_ratio=0.3, memory_blocks=[block()]
    )
    memory.put_messages(messages())
    assert "three years" in memory.get(input="How old is the cat Tom?")[0].content


async def test_whose_tokens(monkeypatch):
    """The user's global tokenizer is followed; a counter that was chosen stays."""
    made = await filled(block(on_result=(results := []).append))
    content = await made.aget([ChatMessage("Where was I born?")])
    await made.atruncate(content, 20)
    await made.model_copy(update={"counter": "o200k_base"}).atruncate(content, 20)
    given = made.model_copy(update={"compressor": PromptCompressor(config="extractive-bm25", counter=len)})
    assert len(await given.atruncate(content, 200)) <= len(content) - 200
    monkeypatch.setattr(llama_index.core, "global_tokenizer", str.split)
    shorter = await made.atruncate(content, 20)
    assert len(content.split()) - 40 < len(shorter.split()) <= len(content.split()) - 20
    assert [result.counter for result in results] == ["llama_index", "o200k_base", "len", "llama_index"]


async def test_one_model_for_many_calls(loads, tiny_encoders):
    """It is loaded once, although each call has a budget of its own."""
    model = tiny_encoders["classifier"]
    made = await filled(block(method="llmlingua2", model=model))
    content = await made.aget([ChatMessage("Where was I born?")])
    for less in (10, 20, 30):
        shorter = await made.atruncate(content, less)
        assert 0 < tokens(shorter) <= tokens(content) - less
    assert loads == [model]


async def test_failures():
    """Raised by default; "passthrough" warns, and the memory then leaves the block out."""
    strict = await filled(block(model="smollm2", method="rag"))
    content = await strict.aget([ChatMessage("cat?")])
    with pytest.raises(Exception, match="smollm2"):
        await strict.atruncate(content, 10)
    broken = PromptCompressor(config="extractive-bm25")
    broken.compress = Broken().compress
    lenient = await in_memory(block(method=None, compressor=broken, on_error="passthrough"))
    with pytest.warns(LinguaWarning, match="passed on uncompressed: RuntimeError"):
        seen = await lenient.aget(input="How old is Tom?")
    assert all(message.role != "system" for message in seen)


def test_bad_settings():
    for name, value in {
        "rate": 0.5,
        "target_tokens": 100,
        "min_tokens": 0,
        "when_too_small": "least",
        "spread": "each",
    }.items():
        with pytest.raises(ValueError, match=f"no setting {name!r}"):  # the memory says how much
            block(**{name: value})
        assert name not in LinguaMemoryBlock.model_fields
    for wrong, words in (
        ({"priority": -1}, "priority"),
        ({"slack": 1}, "slack"),
        ({"rat": 0.5}, "There is no setting"),
        ({"lines": ["user: hello"]}, "lines"),
        ({"method": "ragg"}, "Did you mean 'rag'"),
    ):
        with pytest.raises(ValueError, match=words):
            LinguaMemoryBlock(**wrong)
    with pytest.raises(ValueError, match="unique names"):
        Memory.from_defaults(memory_blocks=[block(), block()])


async def test_the_event_loop_stays_free():
    made = await filled(block(method=None, compressor=Slow(config="extractive-bm25")))
    content = await made.aget([ChatMessage("How old is the cat Tom?")])
    assert await beats_during(made.atruncate(content, 20)) > 5


async def test_round_trips():
    """What was said survives dumps and pickles; what is live does not."""
    made = await filled(block(name="past", priority=2, on_result=print), session="s")
    for again in (LinguaMemoryBlock.model_validate(made.model_dump()), pickle.loads(pickle.dumps(made))):
        assert again.model_dump() == made.model_dump()
        assert (again.name, again.priority, again.on_result) == ("past", 2, None)
        assert await again.aget(session_id="s") == await made.aget(session_id="s") != ""
    assert LinguaMemoryBlock.model_validate_json(made.model_dump_json()).lines == made.lines


async def test_without_a_question_whole_sentences_and_no_model(loads):
    """The default then keeps what says most."""
    results = []
    made = await filled(LinguaMemoryBlock(on_result=results.append))
    content = await made.aget()
    shorter = await made.atruncate(content, tokens(content) - 40)
    assert 20 < tokens(shorter) <= 40
    assert keeps_whole_sentences(results[0])
    assert (loads, results[0].model) == ([], None)


@pytest.mark.model
async def test_with_defaults_on_real_weights():
    """Sentences by meaning and words together."""
    results = []
    made = await filled(LinguaMemoryBlock(on_result=results.append))
    content = await made.aget([ChatMessage("Where was I born?")])
    shorter = await made.atruncate(content, tokens(content) - 40)
    assert 20 < tokens(shorter) <= 40
    assert "born in Lisbon" in shorter
    assert keeps_whole_sentences(results[0])
