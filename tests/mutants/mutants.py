"""Wrong versions of single lines, each with the tests that must notice."""

from __future__ import annotations

from typing import NamedTuple


class Mutant(NamedTuple):
    """A change, and who should notice.

    Attributes:
        file: below the package's folder.
        old: stands there once.
        new: takes its place.
        tests: files below tests/, or tests in them, separated by spaces; the quickest that notice.
        why: for one that may live: why nothing can tell it from the original.
    """

    file: str
    old: str
    new: str
    tests: str
    why: str = ""


TEXT, BUDGET, PRUNE = "core/text/", "core/budget/", "core/prune/"
FIT = "core/budget/test_fit.py"
SHARES = "core/budget/test_shares.py core/test_results.py"
NAMES, LINKS, E5 = "core/prune/test_names.py", "core/prune/test_links.py", "core/store/test_packed_e5.py"
PRUNERS, EMBEDDINGS = "core/models/test_pruners.py", "core/models/test_embedding_recipe.py"
ITERATIVE = "core/prune/test_iterative.py"
NODES = "adapters/test_llama_index_nodes.py"
AGENTS = "adapters/test_langchain_agents.py"
STORE = "core/store/test_store.py"

MUTANTS = [
    # text: what a unit is, and what stands between two of them
    Mutant(TEXT + "omissions/gaps.py", "self._breaks[first:last][::-1].argmax()", "self._breaks[first:last][::-1].argmin()", "core/text/test_gaps.py"),
    Mutant(TEXT + "omissions/gaps.py", "if first >= last:", "if first > last:", "core/text/test_gaps.py"),
    Mutant(TEXT + "units.py", "kept[1:] != kept[:-1] + 1", "kept[1:] != kept[:-1]", "core/text/test_atoms.py"),
    Mutant(TEXT + "units.py", 'edges[:, 0], side="right")', 'edges[:, 0], side="left")', "core/text/test_atoms.py"),
    Mutant(TEXT + "units.py", "first, np.maximum(first, last)", "first, last", "core/text/test_atoms.py"),
    Mutant(TEXT + "spans.py", "untorn[at][1] <= start", "untorn[at][1] < start", "core/text/test_atoms.py"),
    Mutant(TEXT + "spans.py", "if joined and start < joined[-1][1]:", "if joined and start <= joined[-1][1]:", "core/text/test_atoms.py"),
    Mutant(TEXT + "atoms.py", "(graphemes(text), links(text))", "(links(text),)", "core/text/test_atoms.py"),
    Mutant(TEXT + "atoms.py", "(graphemes(text), links(text))", "(graphemes(text),)", "core/text/test_atoms.py"),
    Mutant(TEXT + "code/source_code.py", "sure and statements >= _LEAST", "statements >= _LEAST", "core/text/test_leaning.py"),
    Mutant(TEXT + "code/source_code.py", "statements >= _LEAST", "statements > _LEAST", "core/text"),
    Mutant(TEXT + "excerpt.py", "shift = piece.start - start", "shift = start - piece.start", "core/test_methods.py::test_laws_of_every_method"),
    Mutant(TEXT + "must_keep.py", "*range(max(0, n - self.last), n)", "*range(max(0, n - self.last - 1), n)", "core/test_methods.py::test_must_keep"),
    Mutant(TEXT + "language/stops.py", "return (foreign and letters <= (3 if danda else 2)) or (number and letters <= 5)", "return False", "core/test_truth.py core/text"),
    Mutant(TEXT + "language/stops.py", "small = after.islower() and not informal and", "small = False and", "core/test_truth.py core/text"),
    Mutant(TEXT + "markup/headings.py", "self.headings and self.headings[-1][0] >= depth", "self.headings and self.headings[-1][0] > depth", "core/test_truth.py core/text"),
    Mutant(TEXT + "markup/markdown.py", "needs = level.above() if lead is None else (*level.above(), lead)", "needs = level.above()", "core/test_truth.py core/text"),
    Mutant(TEXT + "data/tables.py", "needs = (*needs, first)", "needs = needs", "core/test_truth.py core/text"),
    Mutant(TEXT + "code/grammar.py", "guards = exits\n", "pass\n", "core/test_truth.py core/text"),
    Mutant(TEXT + "code/grammar.py", "(*place.needs, *headers),", "place.needs,", "core/test_truth.py core/text", why="what stands in a later branch needs all headers itself"),
    Mutant(TEXT + "data/json_text.py", "outline.add(value.end - 1, value.end, closes=head)", "outline.add(value.end - 1, value.end)", "core/test_truth.py core/text"),
    Mutant(TEXT + "markup/html_tables.py", "bars = places[cell.column] - at", "bars = 1", "core/test_truth.py core/text"),
    Mutant(TEXT + "words.py", "binding |= counted | ", "binding |= ", "core/test_truth.py core/text"),
    Mutant(TEXT + "code/diffs.py", "file = (outline.add(heads[0].start, heads[-1].end, known, carrier=bool(hunked)),)", "outline.add(heads[0].start, heads[-1].end, known, carrier=bool(hunked))", "core/test_truth.py core/text"),
    Mutant(BUDGET + "drafts.py", "margins[need] = max(margins[need], margins[unit])", "margins[need] = margins[need]", "core/budget core/test_truth.py"),
    Mutant(BUDGET + "sheet.py", "if not self._used[need] and self._borne[need]", "if False and self._borne[need]", "core/budget core/test_truth.py"),
    Mutant(BUDGET + "fit.py", "        elif strict:\n            break\n", "", "core/budget core/test_truth.py"),
    # budget: who may keep how much
    Mutant(BUDGET + "shares.py", "if budget < smallest:", "if budget <= smallest:", SHARES),
    Mutant(BUDGET + "shares.py", "if not outer or leftover <= 0:", "if not outer or leftover < 0:", SHARES, "nothing left over changes nothing"),
    Mutant(BUDGET + "shares.py", "if gained >= shares.contexts:", "if gained > shares.contexts:", SHARES),
    Mutant(BUDGET + "shares.py", "coarse_factor * budget and total >= budget", "coarse_factor * budget or total >= budget", SHARES),
    Mutant(BUDGET + "shares.py", "> coarse_factor * budget and", ">= coarse_factor * budget and", SHARES),
    Mutant(BUDGET + "shares.py", "and total >= budget:", "and total > budget:", SHARES),
    Mutant(BUDGET + "shares.py", "needed + needs[index] > budget)", "needed + needs[index] >= budget)", SHARES),
    Mutant(BUDGET + "shares.py", "best_first[1::2][::-1]", "best_first[1::2]", "core/budget core/test_methods.py"),
    Mutant(BUDGET + "plan.py", "blanks_fit = sum(part.tokens for part in parts if part.blank) < share", "blanks_fit = True", "core/test_results.py core/budget core/test_laws.py"),
    Mutant(BUDGET + "plan.py", "if own > share and prompt.frame is None:", "if own >= share and prompt.frame is None:", "core/test_results.py"),
    Mutant(BUDGET + "plan.py", "or sum(needs) > share)", "or False)", "core/test_results.py core/budget core/test_laws.py"),
    Mutant(BUDGET + "plan.py", "shares.contexts + joint * len(plan.reasons)", "shares.contexts", "core/test_results.py core/budget core/test_laws.py", "it steers the first draft only: the fit fills what the plan leaves"),
    Mutant(BUDGET + "fit.py", "if spare < 0:", "if spare <= 0:", FIT),
    Mutant(BUDGET + "fit.py", "            spare -= cost\n", "            spare -= 0\n", "core/budget core/test_laws.py"),
    Mutant(BUDGET + "fit.py", "np.lexsort((-np.arange(len(places)), needed, margins))", "np.lexsort((np.arange(len(places)), needed, margins))", FIT),
    Mutant(BUDGET + "fit.py", "if sheet.alone[unit] and not drafts[text].forced[unit] and sheet.has(unit):", "if sheet.alone[unit] and sheet.has(unit):", "core/budget core/test_laws.py"),
    Mutant(BUDGET + "fit.py", "barred.update(given_up if filled else ())", "barred.update(())", FIT),
    Mutant(BUDGET + "fit.py", "return sheet.wanted[unit] and draft.margin[unit] > -np.inf", "return sheet.wanted[unit]", "core/budget core/test_truth.py core/test_methods.py"),
    # prune: which units stay
    Mutant(PRUNE + "iterative.py", "self.carry = target - cost(chosen)", "self.carry = 0.0", ITERATIVE),
    Mutant(PRUNE + "iterative.py", "allowance = self.carry + rate", "allowance = rate", ITERATIVE),
    Mutant(PRUNE + "iterative.py", "chosen &= forced[begin:end] | (scores >= self.floor)", "chosen &= scores >= self.floor", ITERATIVE),
    Mutant(PRUNE + "iterative.py", "if cost(best(middle)) <= target", "if cost(best(middle)) < target", ITERATIVE),
    Mutant(PRUNE + "iterative.py", "np.lexsort((np.arange(len(scores)), -scores, ~forced))", "np.lexsort((np.arange(len(scores)), -scores))", ITERATIVE),
    Mutant(PRUNE + "one_pass.py", "kept &= forced | (joint >= floor)", "kept &= joint >= floor", "core/prune core/test_methods.py"),
    Mutant(PRUNE + "one_pass.py", 'np.cumsum(costs[order]), budget, side="right"', 'np.cumsum(costs[order]), budget, side="left"', "core/prune core/test_methods.py"),
    Mutant(PRUNE + "one_pass.py", "n = max(int(forced.sum()), ", "n = max(0, ", "core/prune core/test_methods.py"),
    Mutant(PRUNE + "scorers/relevance.py", "return np.asarray(own + whole[owners])", "return np.asarray(own - whole[owners])", "core/prune/test_links.py"),
    Mutant(PRUNE + "scorers/relevance.py", "np.bincount(owners, minlength=1).max() < 2", "True", "core/prune/test_relevance.py"),
    Mutant(PRUNE + "scorers/relevance.py", "worth - diversity * likeness", "worth + diversity * likeness", "core/prune/test_relevance.py"),
    Mutant("core/models/interaction.py", "nearness.max(0) @ weights", "nearness.mean(0) @ weights", "core/prune/test_late_interaction.py"),
    Mutant("core/models/interaction.py", "(best @ weights[:, 0])", "(best @ weights[:, 1])", "core/prune/test_late_interaction.py"),
    Mutant("core/models/interaction.py", "digest not in (None, actual)", "digest is None", "core/prune/test_late_interaction.py"),
    Mutant(PRUNE + "rankers/late_interaction.py", "found[inside] = opener[found[inside]]", "pass", "core/prune/test_late_interaction.py"),
    Mutant(PRUNE + "scorers/contrastive.py", "self._plain.score(ids) - self._conditioned.score(ids)", "self._conditioned.score(ids) - self._plain.score(ids)", "core/prune core/test_methods.py"),
    Mutant(PRUNE + "scorers/salience.py", "one[[0, -1]] += 1", "one[[0]] += 1", "core/prune/test_relevance.py"),
    Mutant(PRUNE + "scorers/salience.py", "value * 0.5 **", "value * 1.0 **", "core/prune/test_relevance.py"),
    Mutant(PRUNE + "scorers/salience.py", "* said[term] *", "*", "core/prune/test_relevance.py"),
    Mutant(PRUNE + "drafts.py", "if draft and part.owned and", "if draft and not part.owned and", "core/test_results.py core/test_methods.py"),
    Mutant(PRUNE + "drafts.py", "draft if _stays_whole(part, rate, config) else draft.without(~one)", "draft.without(~one)", "core/test_truth.py core/test_methods.py"),
    Mutant(PRUNE + "measure.py", ">= floor) & ~twice for", ">= floor) for", "adapters/test_notes.py"),
    Mutant("core/calibration.py", "self.best * float(z.max())", "0.0", "core/test_calibration.py"),
    Mutant("core/calibration.py", "self.count * math.log(len(z))", "0.0", "core/test_calibration.py"),
    Mutant("core/calibration.py", "or self.slope <= 0", "", "core/test_calibration.py"),
    Mutant(PRUNE + "evidence.py", "share * mass[-1] - 1e-12", "share - 1e-12", "core/test_calibration.py"),
    Mutant(PRUNE + "evidence.py", "chances >= min_relevance", "chances > 1.0", "core/test_calibration.py adapters/test_options.py"),
    Mutant(PRUNE + "evidence.py", "left += float(chances[kept].sum())", "left += float(chances.sum())", "core/test_calibration.py"),
    Mutant(PRUNE + "measure.py", "return max(floor, least_of(", "return min(floor, least_of(", "core/test_calibration.py adapters/test_options.py"),
    Mutant(PRUNE + "measure.py", "return min(measure.least, ", "return max(measure.least, ", "core/models/test_pruners.py"),
    Mutant(PRUNE + "drafts.py", "(rate == 1 and not config.free)", "rate == 1", "core/test_relevant.py"),
    Mutant("core/pipeline.py", "config.threshold is None and not config.free", "config.threshold is None", "core/test_relevant.py"),
    Mutant(PRUNE + "iterative.py", "or not np.isfinite(surprisals).all()", "", "core/test_methods.py"),
    Mutant(PRUNE + "model_set.py", "        if not told:\n", "        if False:\n", "core/test_calibration.py"),
    Mutant("adapters/options.py", 'floors["rate"] = 1.0', "pass", "adapters/test_options.py"),
    Mutant(TEXT + "code/grammar.py", "if _holds_words(own):", "if False:", "core/text/test_docstrings.py"),
    Mutant(TEXT + "code/grammar.py", 'elif "comment" in node.type:', "elif False:", "core/text/test_docstrings.py"),
    Mutant(PRUNE + "worth.py", "scores[best] <= others.max(initial=-np.inf)", "True", "core/text/test_tool_outputs.py core/text/test_docstrings.py"),
    Mutant(PRUNE + "worth.py", "level + 1e-6 - place * step", "level - 1.0", "core/text/test_landmarks.py"),
    Mutant(PRUNE + "worth.py", "if best[key][1] != text", "if best[key][1] == text", "adapters/test_notes.py core/test_methods.py"),
    Mutant(TEXT + "groups.py", "[max(numbers)[1], min(numbers)[1]]", "[max(numbers)[1]]", "core/text/test_landmarks.py"),
    Mutant(TEXT + "landmarks.py", "first.setdefault(one.template, ", "first.setdefault(one.template + str(one.unit), ", "core/text/test_landmarks.py"),
    Mutant(TEXT + "landmarks.py", "kind in (None, one.kind)", "True", "core/text/test_landmarks.py"),
    Mutant(TEXT + "landmarks.py", "end = self.edges + _preset(records[-1]).last", "end = self.edges", "core/text/test_landmarks.py"),
    Mutant(TEXT + "groups.py", "first.setdefault(one.template, one.unit)", "first[one.template] = one.unit", "core/text/test_landmarks.py"),
    Mutant(TEXT + "groups.py", "ranked.sort(key=lambda one: not one[0])", "pass", "core/text/test_landmarks.py"),
    Mutant(TEXT + "data/json_forms.py", "if tuple(data) == _ROWS:\n                raise", "if False:\n                raise", "core/text/test_json_forms.py"),
    Mutant(TEXT + "data/json_forms.py", "tuple(one) == tuple(data[0])", "set(one) == set(data[0])", "core/text/test_json_forms.py"),
    Mutant(TEXT + "outline.py", 'after = "" if self.pieces[right].closes >= 0 else ","', 'after = ","', "adapters/test_options.py core/text"),
    Mutant(TEXT + "lines/test_runs.py", "(*needs, *section, *test[:1]), record", "(*needs, *section), record", "core/text/test_test_runs.py"),
    Mutant(TEXT + "prose.py", "if sentence.end - sentence.start <= _SENTENCE else", "if True else", "core/test_truth.py::test_many_lines_that_never_end_are_no_sentence"),
    Mutant("adapters/notes.py", "old + first - at, old + last - at", "first - at, last - at", "adapters/test_notes.py"),
    Mutant("adapters/originals.py", "_REFERENCE.fullmatch(name)", "True", "adapters/test_originals.py"),
    Mutant("adapters/backends.py", "room < 0 or written < oldest", "room < 0", "adapters/test_originals.py"),
    Mutant("adapters/backends.py", "if written < self._oldest()", "if False", "adapters/test_originals.py"),
    Mutant("adapters/backends.py", "not _OURS.fullmatch(entry.name)", "entry.is_dir()", "adapters/test_originals.py"),
    Mutant("adapters/tool_results.py", "max(1, budget - spare)", "budget", "adapters/test_originals.py"),
    Mutant("adapters/record_fields.py", "return picked if here else", "return picked if found else", "adapters/test_keep_fields.py"),
    Mutant("adapters/record_fields.py", "if inside or not value[key]", "if inside", "adapters/test_keep_fields.py"),
    Mutant("adapters/tool_results.py", "not pays(before, result.tokens_after)", "not pays(result.tokens_after, before)", "adapters/test_only_if_it_pays.py"),
    Mutant("core/receipt.py", "self.old + self.new, 0, 0, 0", "self.old, 0, 0, 0", "core/test_trace.py"),
    Mutant("core/receipt.py", " - self.rewritten * max(0.0, anew - prices.read)", "", "core/test_trace.py"),
    Mutant("core/holdouts.py", "anew[at] + later[len(anew) - at - 1]", "anew[at] + later[len(anew) - at]", "core/test_trace.py"),
    Mutant("adapters/short_texts.py", "if at - begin > 1", "if at - begin > 0", "adapters/test_mcp.py adapters/test_langchain_agents.py", why="as many blocks as before: the content stays"),
    Mutant("langchain/tool_results.py", "together is message or made.content != together.content", "True", "adapters/test_mcp.py adapters/test_langchain_agents.py"),
    Mutant("core/holdouts.py", "cost + fetched / len(compressed)", "cost", "core/test_trace.py"),
    Mutant("core/holdouts.py", "min(len(left), len(right)) < FEW", "min(len(left), len(right)) < 2", "core/test_trace.py"),
    Mutant("core/prices.py", "cached * (prices.write - prices.read)", "cached * prices.write", "core/test_trace.py"),
    Mutant("llama_index/memory.py", "int(room * (1 - self.slack))", "room", "adapters/test_llama_index_memory.py"),
    Mutant("llama_index/memory.py", "Context(\"\\n\".join(shown.lines),", "Context(str(shown),", "adapters/test_llama_index_memory.py"),
    Mutant("langchain/tool_results.py", "or (self.only is None and tool not in EXACT)", "or self.only is None", AGENTS),
    Mutant(PRUNE + "sources.py", "self._stream.lead = np.r_[self._stream.lead, self._joint]", "self._stream.lead = self._joint", "core/prune/test_sources.py"),
    Mutant(PRUNE + "model_set.py", "if self.ranker is not None and not any(s.ranks or", "if self.ranker is None and not any(s.ranks or", "core/test_methods.py"),
    Mutant("core/cut.py", "    dropped.sort(key=lambda gone: gone.index)\n", "", "core/test_results.py core/test_methods.py"),
    Mutant("core/pipeline.py", "ranking._replace(relevance=ranking.relevance[order])", "ranking", "core/test_results.py core/test_methods.py"),
    Mutant(BUDGET + "least.py", "middle = enough - 1", "middle = fails", "core/budget/test_least.py core/test_results.py"),
    # the store
    Mutant("core/store/manifest.py", 'if there.st_size != expected["size"]:', 'if there.st_size < expected["size"]:', STORE),
    Mutant("core/store/manifest.py", 'return None if digest == expected["sha256"] else', 'return None if digest[:8] == expected["sha256"][:8] else', STORE),
    Mutant("core/store/assemble.py", "if found != expected:", "if found[:8] != expected[:8]:", STORE),
    # adapters: what is the caller's stays as it was
    Mutant("llama_index/nodes.py", "copy.excluded_embed_metadata_keys = list(node.excluded_embed_metadata_keys)", "copy.excluded_embed_metadata_keys = node.excluded_embed_metadata_keys", NODES),
    Mutant("llama_index/nodes.py", "copy.excluded_llm_metadata_keys = list(node.excluded_llm_metadata_keys)", "copy.excluded_llm_metadata_keys = node.excluded_llm_metadata_keys", NODES),
    Mutant("llama_index/nodes.py", "copy.metadata = dict(node.metadata)", "copy.metadata = node.metadata", NODES),
    Mutant("llama_index/nodes.py", "copy.relationships = dict(node.relationships)", "copy.relationships = node.relationships", NODES),
    Mutant("llama_index/nodes.py", "        copy.embedding = None\n", "", NODES),
    Mutant("langchain/document_compressor.py", "metadata = dict(document.metadata)", "metadata = document.metadata", "adapters/test_langchain_documents.py"),
    Mutant("langchain/messages.py", "(number, *path[:1]) > cached", "(number, *path[:1]) >= cached", AGENTS + " adapters/test_langchain_prompt.py"),
    Mutant("langchain/blocks.py", " and not block.get(\"is_error\")", "", "adapters/test_langchain_blocks.py"),
    Mutant("langchain/blocks.py", "inside or NOTHING_LEFT", "inside", "adapters/test_langchain_blocks.py"),
    Mutant("langchain/messages.py", "question = number == asked and not", "question = number == asked or not", "adapters/test_langchain_blocks.py"),
    Mutant("langchain/messages.py", "message.tool_calls or message.invalid_tool_calls or", "message.tool_calls or", AGENTS + " adapters/test_langchain_prompt.py"),
    Mutant("langchain/messages.py", "{**message.response_metadata, MARK: mark}", "{MARK: mark}", AGENTS),
    Mutant("langchain/history.py", "< self._batch:", "<= self._batch:", AGENTS),
    Mutant("langchain/history.py", "min(self.trigger_tokens, self.room / 10)", "0", AGENTS),
    Mutant("langchain/messages.py", "elif one.place.message != goal:", "else:", AGENTS),
    Mutant("langchain/messages.py", "keep=laid_down(one.text)", "keep=()", AGENTS),
    Mutant("langchain/context_edit.py", "{*EXACT, *self.exclude_tools}", "self.exclude_tools", AGENTS),
    Mutant("adapters/held_text.py", "if not found[1]", "if True", "adapters/test_held_text.py"),
    Mutant("core/text/lines/frames.py", "own[::-1] if", "own if", "core/text/test_landmarks.py"),
    Mutant("core/text/lines/frames.py", "known.update(", "set().update(", "core/text/test_landmarks.py"),
    Mutant("langchain/history.py", "< len(messages) - self.keep", "<= len(messages) - self.keep", AGENTS),
    Mutant("langchain/context_edit.py", "if count_tokens(messages) < self.trigger:", "if count_tokens(messages) <= self.trigger:", AGENTS),
    Mutant("adapters/compressing.py", "if tokens < self.min_tokens:", "if tokens <= self.min_tokens:", "adapters"),
    Mutant("adapters/compressing.py", "outcome = work(error.smallest)", "outcome = work(error.smallest + 1)", "adapters"),
    Mutant(PRUNE + "links.py", "titles[number] != titles[owners[unit]]", "number != owners[unit]", LINKS),
    Mutant(PRUNE + "links.py", "rare = ~often[named_texts]", "rare = often[named_texts] >= 0", LINKS),
    Mutant(PRUNE + "links.py", "min(step * _LINKED, ceilings[text]", "max(step * _LINKED, ceilings[text]", LINKS),
    Mutant(PRUNE + "links.py", "np.maximum(lifted[own[few]], higher[few])", "higher[few]", LINKS),
    Mutant(PRUNE + "measure.py", "return not (likely >= least).any()", "return False", "core/test_relevant.py"),
    Mutant("core/pipeline.py", "reasons | plan.reasons", "plan.reasons", "core/test_relevant.py"),
    Mutant(PRUNE + "names.py", "> _APART * step", "< _APART * step", NAMES),
    Mutant(PRUNE + "names.py", "asked.issuperset(name)", "asked.isdisjoint(name)", NAMES),
    Mutant(PRUNE + "names.py", "others[owners[others] != owners[unit]]", "others[owners[others] >= 0]", NAMES),
    Mutant(PRUNE + "names.py", "<= max(1.0, _COMMON * texts)", "<= texts", NAMES),
    Mutant(PRUNE + "names.py", "np.minimum(before[few] + _WORTH * step, most)", "before[few] + _WORTH * step", NAMES),
    Mutant(PRUNE + "drafts.py", "return part.blank or ", "return ", "core/test_relevant.py core/test_methods.py"),
    Mutant("core/store/packed_e5.py", "blocks[:, 2:] & 15, blocks[:, 2:] >> 4", "blocks[:, 2:] >> 4, blocks[:, 2:] & 15", E5),
    Mutant("core/store/packed_e5.py", "normalizers.Replace(Regex(_CONTROLS), \"\"),", "", E5),
    Mutant("core/models/pruners/networks.py", "softmax(-1)[..., 1:].sum(-1)", "softmax(-1)[..., 1]", PRUNERS),
    Mutant("core/models/pruners/backbones.py", 'getattr(backbone.base_model, "final_norm", None)', "None", PRUNERS),
    Mutant("core/models/pruners/networks.py", "(0.5 + 0.5 * span)", "span", PRUNERS),
    Mutant("core/models/pruners/networks.py", "return logits.sigmoid()\n", "return logits\n", PRUNERS),
    Mutant("core/models/pruner.py", "max(ranks)", "min(ranks)", PRUNERS),
    Mutant("core/models/pruner.py", "sums / np.maximum(times, 1)", "sums", PRUNERS),
    Mutant("core/models/embedding_recipe.py", 'query=prompts.get("query", usual)', "query=usual", EMBEDDINGS),
    Mutant("core/models/embedding_recipe.py", "own = states[skip:]", "own = states", EMBEDDINGS),
    Mutant("core/store/resolve.py", "(folder, *_module_folders(folder))", "(folder,)", EMBEDDINGS),
    Mutant("core/models/cross_encoder.py", "return loaded.activation(logits[:, 0])", "return logits[:, 0]", "core/models/test_cross_encoder.py"),
]  # fmt: skip
