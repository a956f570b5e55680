#include "store/search_query.h"

#include <chrono>

#include "base/strings.h"

namespace falconet {
namespace {

/// Up to the next space outside of quotation marks, which are left out.
std::string take_word(std::string_view& text) {
  std::string word;
  bool is_quoted = false;
  std::size_t at = 0;
  for (; at < text.size() && (is_quoted || text[at] != ' '); ++at) {
    if (text[at] == '"') {
      is_quoted = !is_quoted;
    } else {
      word += text[at];
    }
  }
  text.remove_prefix(at);
  return word;
}

/// The first millisecond of "2026-01-31".
Result<std::int64_t> parse_day(const std::string& condition, std::string_view text) {
  const auto parts = split(text, '-');
  if (parts.size() == 3) {
    const auto year = parse_number<int>(parts[0]);
    const auto month = parse_number<unsigned>(parts[1]);
    const auto day = parse_number<unsigned>(parts[2]);
    // Two bounds that keep the arithmetic of dates far from its limits.
    if (year && month && day && *year >= 1970 && *year <= 9999) {
      const std::chrono::year_month_day date{std::chrono::year(*year), std::chrono::month(*month),
                                             std::chrono::day(*day)};
      if (date.ok()) {
        return std::chrono::milliseconds(std::chrono::sys_days(date).time_since_epoch()).count();
      }
    }
  }
  return error(ErrorCode::InvalidArgument, "q: ", condition,
               ": expected a day like 2026-01-31, found '", text.substr(0, 40), "'");
}

Result<bool> parse_truth(const std::string& condition, std::string_view text) {
  if (text == "true" || text == "1" || text == "yes") return true;
  if (text == "false" || text == "0" || text == "no") return false;
  return error(ErrorCode::InvalidArgument, "q: ", condition, ": expected true or false, found '",
               text.substr(0, 40), "'");
}

/// False if the word is no condition.
Result<bool> read_condition(const std::string& word, SearchQuery& query) {
  const std::size_t colon = word.find(':');
  if (colon == std::string::npos || colon + 1 == word.size()) return false;
  const std::string name = to_lower(std::string_view(word).substr(0, colon));
  const std::string value = word.substr(colon + 1);
  if (name == "tag") {
    query.tags.push_back(value);
  } else if (name == "folder") {
    query.folder = value;
  } else if (name == "pinned") {
    TRY_ASSIGN(query.is_pinned, parse_truth(name, value));
  } else if (name == "archived") {
    TRY_ASSIGN(query.is_archived, parse_truth(name, value));
  } else if (name == "before") {
    TRY_ASSIGN(query.before, parse_day(name, value));
  } else if (name == "after") {
    TRY_ASSIGN(query.since, parse_day(name, value));
  } else {
    return false;
  }
  return true;
}

}  // namespace

Result<SearchQuery> parse_search_query(std::string_view text) {
  if (text.size() > kMaxQueryBytes) {
    return error(ErrorCode::InvalidArgument, "q: at most ", kMaxQueryBytes, " bytes, found ",
                 text.size());
  }
  SearchQuery query;
  std::string words;
  for (text = trim(text); !text.empty(); text = trim(text)) {
    const std::string word = take_word(text);
    TRY_ASSIGN(const bool is_condition, read_condition(word, query));
    if (!is_condition) words += cat(word, " ");
  }
  query.has_words = !trim(words).empty();
  query.terms = search_terms(words);
  return query;
}

}  // namespace falconet
