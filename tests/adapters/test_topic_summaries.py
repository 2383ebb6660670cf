"""Topics summarised by the user's model: of either framework, in the budget, paid for once."""

from __future__ import annotations

import asyncio
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st
from langchain_core.language_models import FakeListChatModel, GenericFakeChatModel
from langchain_core.messages import AIMessage
from llama_index.core.llms import CompletionResponse, CustomLLM, LLMMetadata
from llama_index.core.llms.callbacks import llm_completion_callback

import laws
from lingua_integrations import langchain, llama_index
from lingua_integrations.adapters.topic_prompts import prompt_for
from lingua_integrations.adapters.topic_summaries import TopicSummarizer
from lingua_integrations.core.budget.counting import as_counter
from lingua_integrations.core.prices import Prices
from lingua_integrations.errors import BudgetTooSmall, InvalidRequest, LinguaWarning, ModelError

FOOD = "Tea needs hot water. Green tea needs less hot water. Tea with milk needs 90 g of hot milk."
BIKES = "The bike has two wheels. Each wheel has spokes. A wheel of the bike can break."
TEXTS = [FOOD, BIKES]
count = as_counter("o200k_base").count


def answering(*replies):
    """A chat model that says one after the other."""
    return FakeListChatModel(responses=list(replies))


def summarizer(llm, **options):
    return TopicSummarizer(llm, **{"rate": 0.5, "least": 10, "workers": 1} | options)


def test_each_topic_is_summarised_and_says_where_it_comes_from():
    found = summarizer(answering("Tea needs water.", "Wheels break.")).summarize(TEXTS)
    assert found.text == "Tea needs water.\n\nWheels break."
    assert [topic.sources for topic in found.topics] == [
        ((0, ((0, len(FOOD)),)),),
        ((1, ((0, len(BIKES)),)),),
    ]
    assert found.calls == 2 and found.tokens_after == count(found.text) <= found.budget
    assert found.tokens_before == count(f"{FOOD}\n\n{BIKES}")


def test_a_reply_is_paid_for_once():
    """Tokens are the model's own where it reports them."""
    usage = {"input_tokens": 100, "output_tokens": 10, "total_tokens": 110}
    replies = [
        AIMessage("Tea needs water.", usage_metadata=usage),
        AIMessage("Wheels.", usage_metadata=usage),
    ]
    one = summarizer(GenericFakeChatModel(messages=iter(replies)), prices=Prices(input=2, output=8))
    first, again = one.summarize(TEXTS), one.summarize(TEXTS)
    assert (first.calls, first.tokens_read, first.tokens_written) == (2, 200, 20)
    assert first.cost == pytest.approx((200 * 2 + 20 * 8) / 1e6)
    assert (again.calls, again.cost) == (0, 0) and again.text == first.text


def test_a_cache_of_the_users_own_outlives_the_summarizer_and_knows_models_apart():
    cache = {}
    summarizer(answering("Tea.", "Bikes."), cache=cache).summarize(TEXTS)
    assert summarizer(answering("no"), cache=cache).summarize(TEXTS).text == "Tea.\n\nBikes."
    other = GenericFakeChatModel(messages=iter([AIMessage("Milk."), AIMessage("Wheels.")]))
    assert summarizer(other, cache=cache).summarize(TEXTS).text == "Milk.\n\nWheels."


def test_a_number_that_the_topic_does_not_have_is_refused():
    """The topic's own sentences stand instead, and the others' summaries stay."""
    found = summarizer(answering("It needs 95 g.", "Wheels break."), rate=0.6).summarize(TEXTS)
    tea, bikes = found.topics
    assert "95" in tea.why_sentences and tea.text and tea.text in FOOD
    assert bikes.text == "Wheels break." and bikes.why_sentences is None


@pytest.mark.parametrize("reply", ["", f"{FOOD} Really. {FOOD}"], ids=["nothing", "longer"])
def test_a_reply_that_shortens_nothing_is_no_summary(reply):
    tea, _ = summarizer(answering(reply, "Wheels break.")).summarize(TEXTS).topics
    assert tea.why_sentences and tea.text in FOOD


@given(texts=laws.texts, reply=st.text(max_size=200), rate=st.floats(0.2, 1.0))
def test_the_budget_holds_whatever_is_read_and_written(texts, reply, rate):
    """And each topic says what it stands for, be it that nothing of it had room."""
    llm = answering(reply, "It can break. " * 9)
    with suppress(BudgetTooSmall):
        found = summarizer(llm, rate=rate).summarize([FOOD, *texts, BIKES])
        assert found.tokens_after == count(found.text) <= found.budget
        assert found.text.strip() and all(topic.sources for topic in found.topics)


def test_at_a_rate_of_1_texts_are_as_they_came():
    assert summarizer(answering("no"), rate=1.0).summarize(TEXTS).text == f"{FOOD}\n\n{BIKES}"


class Failing(FakeListChatModel):
    """Answers no request that is about tea."""

    def _call(self, messages, *args, **kwargs):
        if "tea" in messages[0].content:
            raise TimeoutError("the provider is asleep")
        return "Wheels break."


def test_a_request_that_fails_costs_its_own_topic_only():
    with pytest.warns(LinguaWarning, match="TimeoutError"):
        found = summarizer(Failing(responses=["?"])).summarize(TEXTS)
    assert found.topics[0].text in FOOD
    assert found.topics[1].text == "Wheels break."
    with pytest.raises(ModelError, match="TimeoutError"):
        summarizer(Failing(responses=["?"]), on_error="raise").summarize(TEXTS)


def test_what_fits_is_not_asked_about():
    found = summarizer(answering("no"), rate=None, target_tokens=1000).summarize(["", *TEXTS])
    assert (found.calls, found.text) == (0, f"{FOOD}\n\n{BIKES}")
    assert summarizer(answering("no")).summarize([]).text == ""


class Slow(CustomLLM):
    """A LlamaIndex LLM that says how many requests were under way at once."""

    under_way: int = 0
    most: int = 0

    @property
    def metadata(self):
        return LLMMetadata(model_name="slow")

    @llm_completion_callback()
    def complete(self, prompt, formatted=False, **kwargs):
        return CompletionResponse(text="Tea." if "tea" in prompt else "Wheels.")

    @llm_completion_callback()
    async def acomplete(self, prompt, formatted=False, **kwargs):
        self.under_way += 1
        self.most = max(self.most, self.under_way)
        await asyncio.sleep(0.01)
        self.under_way -= 1
        return self.complete(prompt)

    def stream_complete(self, prompt, formatted=False, **kwargs):
        raise NotImplementedError


@pytest.mark.parametrize(("workers", "most"), [(1, 1), (4, 2)])
async def test_llama_index_and_requests_at_once(workers, most):
    llm = Slow()
    found = await summarizer(llm, workers=workers).asummarize(TEXTS)
    assert found.text == "Tea.\n\nWheels." == summarizer(llm, workers=workers).summarize(TEXTS).text
    assert llm.most == most
    assert found.tokens_read > count(FOOD)  # counted here: this model reports none


def test_both_frameworks_have_it():
    assert langchain.TopicSummarizer is llama_index.TopicSummarizer is TopicSummarizer


async def test_langchain_async():
    found = await summarizer(answering("Tea.", "Wheels."), workers=1).asummarize(TEXTS)
    assert (found.text, found.calls) == ("Tea.\n\nWheels.", 2)


@given(text=st.lists(st.sampled_from(["-" * 9, "-" * 10, "-" * 11, "all is well", ""])).map("\n".join))
def test_a_text_cannot_end_its_frame(text):
    """Whatever runs of dashes it has, the frame's lines are longer."""
    prompt = prompt_for(text, 10)
    frame = prompt.rpartition("\n")[2]
    assert set(frame) == {"-"} and frame not in text
    assert prompt.endswith(f"\n{frame}\n{text}\n{frame}")


@pytest.mark.parametrize(
    ("llm", "options"),
    [
        (object(), {}),
        (answering("?"), {"on_error": "ignore"}),
        (answering("?"), {"least": 0}),
        (answering("?"), {"workers": 0}),
        (answering("?"), {"rate": 2}),
        (answering("?"), {"target_tokens": 5}),
    ],
)
def test_what_cannot_work_is_refused_at_once(llm, options):
    with pytest.raises(InvalidRequest):
        summarizer(llm, **options)


def test_one_string_is_no_list_of_texts():
    with pytest.raises(InvalidRequest, match="list"):
        summarizer(answering("?")).summarize("text")
