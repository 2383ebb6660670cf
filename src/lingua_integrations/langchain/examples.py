"""Few-shot demonstrations to a budget: whole ones first, then shorter text inside of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from langchain_core.example_selectors import BaseExampleSelector
from langchain_core.runnables.config import run_in_executor
from pydantic import Field

from lingua_integrations.adapters.compressing import LEAST, Adapter, short
from lingua_integrations.core.background import stopping
from lingua_integrations.core.methods import MethodName
from lingua_integrations.core.usage import uncounted
from lingua_integrations.errors import InvalidRequest

if TYPE_CHECKING:
    from lingua_integrations.core.compressor import PromptCompressor
    from lingua_integrations.core.results import CompressionResult

Example = dict[str, Any]


class LinguaExampleSelector(Adapter, BaseExampleSelector):
    """Selects few-shot examples within an exact budget of the target model's tokens.

    This is LLMLingua's demonstration-level controller (section 4.1, Algorithm 1): whole examples, the best
    first, as many as fit. If `fields` are named, it takes whole examples up to `coarse_factor` times the
    budget and compresses the text of these fields until all of them fit. Their order stays.

    The budget covers the examples as `example_prompt` writes them, with blank lines between them. A rate is a
    share of all examples. For FewShotPromptTemplate and FewShotChatMessagePromptTemplate. Takes the fields of
    `HowMuch`, `How`, `OnFailure` and `Telling`; the method applies inside the fields and is "steps" by
    default, which keeps the last sentences of each field.

    Attributes:
        examples: the examples: a list, or another selector, which chooses first.
        example_prompt: writes an example, as in the template; default: its values, line by line.
        rank_by: "similarity" to the input, by embeddings. "perplexity" is the paper's order, the most
            surprising first; it does not see the input, and is used if there is none.
        ranker: an object with a method `rank`, instead of the embeddings.
        fields: the fields whose text may be compressed.
        coarse_factor: k; 2 in the paper and 4 here, which teaches more if the budget is small.
        input_keys: the input variables to rank by; default: all that are text.
        double_braces: set it for FewShotPromptTemplate, which reads examples as a template a second time, so
            that braces come out unchanged. Not for chat templates.
        template_format: of that template: "f-string" or "jinja2".

    Example:
        >>> from lingua_integrations.core.prune.rankers.lexical import BM25Ranker
        >>> examples = [{"q": "How far is the moon?", "a": "far"}, {"q": "How old is the cat?", "a": "old"}]
        >>> few = {"target_tokens": 10, "min_tokens": 0}
        >>> selector = LinguaExampleSelector(examples=examples, ranker=BM25Ranker(), **few)
        >>> selector.select_examples({"question": "How old is the dog?"})
        [{'q': 'How old is the cat?', 'a': 'old'}]
    """

    examples: BaseExampleSelector | list[Example]
    example_prompt: Any = None
    rank_by: Literal["similarity", "perplexity"] = "similarity"
    ranker: Any = Field(default=None, exclude=True)
    fields: tuple[str, ...] = ()
    coarse_factor: float = Field(default=4.0, ge=1)
    input_keys: tuple[str, ...] | None = None
    double_braces: bool = False
    template_format: Literal["f-string", "jinja2"] = "f-string"

    default_method: ClassVar[MethodName | None] = "steps"

    def check(self) -> None:
        """Refuse also what is for the text inside of demonstrations, where none of it may be compressed."""
        super().check()
        fields = type(self).model_fields
        inside = ("method", "model", "coarse_factor")
        told = [name for name in inside if getattr(self, name) != fields[name].default]
        if told and not self.fields:
            raise InvalidRequest(
                f"Whole demonstrations are selected, and {', '.join(told)} would have no effect. Name the "
                "fields whose text may be compressed: fields=..."
            )
        if self.template_format != "f-string" and not self.double_braces:
            raise InvalidRequest("template_format needs double_braces=True.")
        if self.ranker is not None and self.rank_by == "perplexity":
            raise InvalidRequest("Give either ranker or rank_by='perplexity', not both.")

    def model_post_init(self, context: Any, /) -> None:
        """Own the list, so that adding to it does not change the caller's."""
        super().model_post_init(context)
        if isinstance(self.examples, list):
            self.examples = list(self.examples)

    def add_example(self, example: dict[str, str]) -> Any:
        """Add a demonstration to choose from."""
        if isinstance(self.examples, list):
            self.examples = [*self.examples, dict(example)]  # a copy of this selector keeps its own
            return None
        return self.examples.add_example(example)

    async def aadd_example(self, example: dict[str, str]) -> Any:
        """The same, async."""
        if isinstance(self.examples, list):
            return self.add_example(example)
        return await self.examples.aadd_example(example)

    def select_examples(self, input_variables: dict[str, str]) -> list[Example]:
        """Copies of the chosen demonstrations.

        Raises:
            InvalidRequest: a demonstration lacks one of `fields`, or has something else than text there.
            BudgetTooSmall: not one of them fits.
        """
        source = self.examples
        examples = source if isinstance(source, list) else source.select_examples(input_variables)
        return self._selected(examples, input_variables)

    async def aselect_examples(self, input_variables: dict[str, str]) -> list[Example]:
        """The same in a thread, so that the event loop stays free."""
        source = self.examples
        examples = source if isinstance(source, list) else await source.aselect_examples(input_variables)
        with stopping():
            return await run_in_executor(None, self._selected, examples, input_variables)

    def _selected(self, examples: Sequence[Example], input_variables: dict[str, Any]) -> list[Example]:
        question = self._question(input_variables)
        with uncounted():  # one call for the user, in however many steps
            found = self.attempt(partial(self._select, examples, question)) if examples else None
        if found is None:
            return [self._out(example) for example in examples]
        chosen, result = found
        self.tell(result)
        return [self._out(example) for example in chosen]

    def _select(
        self, examples: Sequence[Example], question: str
    ) -> tuple[Sequence[Example], CompressionResult]:
        # Not at the top: importing an adapter must not cost what only compressing needs.
        from lingua_integrations.adapters.demonstrations import Demonstrations, choose

        demonstrations = Demonstrations(examples, self._written, question)
        compressor, chooser = self.compressor_for(), self._chooser(question)
        text = demonstrations.text(examples)
        total = chooser.counter.count(text)
        if total < self.min_tokens:
            return examples, chooser.unchanged([text], short(self.min_tokens))
        budget = compressor.config.budget_of(total, self.rate, self.target_tokens)

        def work(least: int | None) -> tuple[Sequence[Example], CompressionResult]:
            chosen, result = choose(
                demonstrations,
                chooser,
                least or budget,
                fields=self.fields,
                compressor=compressor if self.fields else None,
                coarse_factor=self.coarse_factor,
            )
            return chosen, replace(result, note=LEAST) if least else result

        return self.or_least(work, lambda note: (examples, chooser.unchanged([text], note)))

    def _chooser(self, question: str) -> PromptCompressor:
        """What ranks whole demonstrations; counts like the compressor for what is inside."""
        from lingua_integrations.adapters.demonstrations import chooser_config
        from lingua_integrations.core.compressor import PromptCompressor

        counter = self.counter if self.compressor is None else self.compressor.counter
        config = chooser_config(self.rank_by if question else "perplexity")
        if self.ranker is not None and question:
            return PromptCompressor(config=config, counter=counter, ranker=self.ranker)
        return PromptCompressor.from_pretrained(
            config=config, counter=counter, device=self.device, dtype=self.dtype
        )

    def _written(self, example: Example) -> str:
        if self.example_prompt is None:
            return "\n".join(str(value) for value in example.values())
        return str(self.example_prompt.format(**example))

    def _question(self, input_variables: dict[str, Any]) -> str:
        keys = input_variables if self.input_keys is None else self.input_keys
        values = [input_variables[key] for key in keys if key in input_variables]
        return "\n".join(value for value in values if isinstance(value, str)).strip()

    def _out(self, example: Example) -> Example:
        if not self.double_braces:
            return dict(example)
        return {
            key: _escaped(value, self.template_format) if isinstance(value, str) else value
            for key, value in example.items()
        }


def _escaped(text: str, template_format: str) -> str:
    """Text that a template shows as it is."""
    if template_format == "jinja2":
        return text.replace("{", "{{ '{' }}")  # each one: half a mark may meet its other half
    return text.replace("{", "{{").replace("}", "}}")
