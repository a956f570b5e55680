#include "feedback/issue_tags.h"

#include <array>
#include <string>

#include "base/strings.h"

namespace falconet {
namespace {

struct TagRow {
  std::string_view name;
  IssueCategory category;
  std::optional<bool> is_praise;
};

using enum IssueCategory;

// Open WebUI's reasons as its feedback export spells them; the plain ones are the page's own.
constexpr std::array kTags = {
    TagRow{"accurate_information", Factual, true},
    TagRow{"thorough_explanation", Reasoning, true},
    TagRow{"positive_attitude", Style, true},
    TagRow{"showcased_creativity", Style, true},
    TagRow{"attention_to_detail", Other, true},
    TagRow{"followed_instructions_perfectly", Other, true},
    TagRow{"dont_like_the_style", Style, false},
    TagRow{"too_verbose", Style, false},
    TagRow{"not_helpful", Other, false},
    TagRow{"being_lazy", Other, false},
    TagRow{"not_factually_correct", Factual, false},
    TagRow{"didnt_fully_follow_instructions", Other, false},
    TagRow{"refused_when_it_shouldnt_have", Refusal, false},
    TagRow{"tone", Style, std::nullopt},
    TagRow{"json", FunctionCalling, std::nullopt},
    TagRow{"tool_call", FunctionCalling, std::nullopt},
    TagRow{"forgot", Memory, false},
    TagRow{"wrong", Reasoning, false},
    TagRow{"incomplete", Other, false},
    TagRow{"ignored", Other, false},
    TagRow{"too_long", Style, false},
    TagRow{"language", Style, false},
    TagRow{"correct", Reasoning, true},
    TagRow{"clear", Style, true},
    TagRow{"complete", Other, true},
    TagRow{"slow", Speed, false},
    TagRow{"fast", Speed, true},
    TagRow{"unsafe", Safety, false},
};

}  // namespace

std::optional<IssueTag> issue_tag_of(std::string_view tag) {
  std::string name = to_lower(trim(tag));
  for (char& c : name) {
    if (c == ' ' || c == '-') c = '_';
  }
  std::erase(name, '\'');
  if (const auto category = issue_category_of(name)) return IssueTag{*category, std::nullopt};
  for (const TagRow& row : kTags) {
    if (row.name == name) return IssueTag{row.category, row.is_praise};
  }
  return std::nullopt;
}

}  // namespace falconet
