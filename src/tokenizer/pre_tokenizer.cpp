#include "tokenizer/pre_tokenizer.h"

#include <algorithm>

#include "base/strings.h"
#include "base/unicode.h"

namespace falconet {
namespace {

using namespace pre_tokenizer_step;

/// Successive matches of a pattern in one text. An empty match cuts, too, unless it stands where
/// the match before it ended.
class Matches {
 public:
  Matches(const Split& split, const CharacterClasses* classes, std::string_view text)
      : split_(split), classes_(classes), text_(text) {
    if (const Regex* regex = std::get_if<Regex>(&split.pattern)) search_.emplace(*regex, text);
  }

  std::optional<TextSpan> next() {
    while (const auto match = find(from_)) {
      if (match->begin == match->end) {
        const bool is_at_end = match->end == text_.size();
        from_ = match->end;
        if (!is_at_end) from_ += static_cast<std::size_t>(decode_utf8(text_, from_).num_bytes);
        if (match->end != last_end_) return last_end_ = match->end, match;
        if (is_at_end) return std::nullopt;
        continue;
      }
      from_ = last_end_ = match->end;
      return match;
    }
    return std::nullopt;
  }

 private:
  std::optional<TextSpan> find(std::size_t from) {
    if (search_) return search_->find(from);
    if (const WordScanner* scanner = std::get_if<WordScanner>(&split_.pattern)) {
      return (*scanner)(*classes_, text_, from);
    }
    const auto& plain = std::get<std::string>(split_.pattern);
    const std::size_t begin = plain.empty() ? std::string_view::npos : text_.find(plain, from);
    if (begin == std::string_view::npos) return std::nullopt;
    return TextSpan{begin, begin + plain.size()};
  }

  const Split& split_;
  const CharacterClasses* classes_;  // null without a scanner
  std::string_view text_;
  std::optional<Regex::Search> search_;
  std::size_t from_ = 0;
  std::size_t last_end_ = 0;
};

struct Part {
  TextSpan span;
  bool is_match = false;
};

/// Matches and what lies between them, in order.
std::vector<Part> parts_of(const Split& split, Matches matches, std::size_t size) {
  std::vector<Part> parts;
  std::size_t end = 0;
  while (const auto match = matches.next()) {
    if (match->begin > end) parts.push_back({{end, match->begin}, split.is_inverted});
    parts.push_back({*match, !split.is_inverted});
    end = match->end;
  }
  if (end < size) parts.push_back({{end, size}, split.is_inverted});
  return parts;
}

/// Joins parts as the behavior asks; the result holds the parts that become words.
std::vector<Part> joined(const std::vector<Part>& parts, Behavior behavior) {
  std::vector<Part> words;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const bool follows_match = i > 0 && parts[i - 1].is_match;
    bool joins_previous = false;
    switch (behavior) {
      case Behavior::Isolated: break;
      case Behavior::Removed:
        if (parts[i].is_match) continue;
        break;
      case Behavior::MergedWithPrevious:
        joins_previous = i > 0 && parts[i].is_match && !follows_match;
        break;
      case Behavior::MergedWithNext: joins_previous = follows_match && !parts[i].is_match; break;
      case Behavior::Contiguous:
        joins_previous = i > 0 && parts[i].is_match == follows_match;
        break;
    }
    if (joins_previous) {
      words.back().span.end = parts[i].span.end;
    } else {
      words.push_back(parts[i]);
    }
  }
  return words;
}

bool wants_prefix(const Metaspace& step, std::string_view text, bool is_first) {
  using Prepend = Metaspace::Prepend;
  if (text.starts_with(step.replacement)) return false;
  return step.prepend == Prepend::Always || (step.prepend == Prepend::First && is_first);
}

}  // namespace

PreTokenizer::PreTokenizer(std::vector<PreTokenizerStep> steps, bool is_byte_level)
    : steps_(std::move(steps)), is_byte_level_(is_byte_level) {
  const bool has_scanner =
      std::any_of(steps_.begin(), steps_.end(), [](const PreTokenizerStep& step) {
        const Split* split = std::get_if<Split>(&step);
        return split != nullptr && std::holds_alternative<WordScanner>(split->pattern);
      });
  if (has_scanner) classes_ = std::make_unique<CharacterClasses>();
}

void PreTokenizer::for_each_word(std::string_view text, bool is_first, WordSink word) const {
  if (!text.empty()) run(0, text, is_first, word);
}

/// Recurses once a step.
void PreTokenizer::run(std::size_t step, std::string_view text, bool is_first,
                       WordSink word) const {
  if (step == steps_.size()) return word(text);
  if (std::holds_alternative<Split>(steps_[step])) return run_split(step, text, is_first, word);
  if (std::holds_alternative<PrefixSpace>(steps_[step])) {
    if (text.starts_with(' ')) return run(step + 1, text, is_first, word);
    return run(step + 1, cat(' ', text), is_first, word);
  }
  const auto& metaspace = std::get<Metaspace>(steps_[step]);
  std::string replaced = replace_all(text, " ", metaspace.replacement);
  if (wants_prefix(metaspace, replaced, is_first)) replaced = metaspace.replacement + replaced;
  if (!metaspace.splits) return run(step + 1, replaced, is_first, word);
  const std::string_view whole = replaced;
  for (std::size_t begin = 0; begin < whole.size();) {
    const std::size_t end = std::min(whole.find(metaspace.replacement, begin + 1), whole.size());
    run(step + 1, whole.substr(begin, end - begin), is_first && begin == 0, word);
    begin = end;
  }
}

void PreTokenizer::run_split(std::size_t step, std::string_view text, bool is_first,
                             WordSink word) const {
  const auto& split = std::get<Split>(steps_[step]);
  const auto emit = [&](TextSpan span) {
    if (span.begin == span.end) return;
    run(step + 1, text.substr(span.begin, span.end - span.begin), is_first && span.begin == 0,
        word);
  };
  Matches matches(split, classes_.get(), text);
  if (split.behavior != Behavior::Isolated) {
    for (const Part& part :
         joined(parts_of(split, std::move(matches), text.size()), split.behavior)) {
      emit(part.span);
    }
    return;
  }
  // The common case, without lists: matches and what lies between them, as they come.
  std::size_t end = 0;
  while (const auto match = matches.next()) {
    emit({end, match->begin});
    emit(*match);
    end = match->end;
  }
  emit({end, text.size()});
}

}  // namespace falconet
