#include "feedback/questionnaire_definition.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <set>

#include "base/strings.h"

namespace falconet {
namespace {

constexpr std::array<std::string_view, 11> kQuestionTypes = {
    "single", "multiple", "likert", "matrix",     "nps",      "csat",
    "sus",    "ranking",  "number", "short_text", "long_text"};
constexpr std::size_t kMaxQuestionIdBytes = 60;
constexpr double kLargestNumber = 1e12;
constexpr double kMostSteps = 11;
constexpr double kUsualSteps = 5;

/// Reads a definition; the first thing that is wrong with it is kept with its place.
class DefinitionReader {
 public:
  Result<QuestionnaireDefinition> read(const Json& json) {
    QuestionnaireDefinition out;
    if (!json.is_object()) {
      return error(ErrorCode::InvalidArgument, "definition: expected an object");
    }
    out.title = text(json, "title", "title", TextNeed::Required);
    out.intro = text(json, "intro", "intro", TextNeed::Optional);
    const Json* questions = find_member(json, "questions");
    if (questions == nullptr || !questions->is_array() || questions->empty() ||
        questions->size() > kMaxQuestions) {
      reject("questions", cat("expected a list of 1 to ", kMaxQuestions, " questions"));
      return *first_problem_;
    }
    for (std::size_t i = 0; i < questions->size(); ++i) {
      out.questions.push_back(question((*questions)[i], cat("questions[", i, "]")));
    }
    check_ids(out);
    check_conditions(out);
    if (first_problem_) return *first_problem_;
    return out;
  }

 private:
  void reject(const std::string& place, const std::string& what) {
    if (!first_problem_) first_problem_ = error(ErrorCode::InvalidArgument, place, ": ", what);
  }

  LocalizedText text(const Json& json, const char* name, const std::string& place, TextNeed need) {
    Result<LocalizedText> out = read_localized_text(json, name, place, need);
    if (out) return *std::move(out);
    if (!first_problem_) first_problem_ = out.error();
    return {};
  }

  std::string id(const Json& json, const std::string& place) {
    std::string found = string_member(json, "id").value_or("");
    const bool is_plain = std::ranges::all_of(found, [](char c) {
      return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
             c == '_' || c == '-' || c == '/';
    });
    if (found.empty() || found.size() > kMaxQuestionIdBytes || !is_plain) {
      reject(place + ".id", cat("expected 1 to ", kMaxQuestionIdBytes,
                                " letters, digits or _ - /, found '", found.substr(0, 60), "'"));
    }
    return found;
  }

  std::vector<QuestionChoice> choices(const Json& json, const char* name,
                                      const std::string& place) {
    std::vector<QuestionChoice> out;
    const Json* list = find_member(json, name);
    const std::string where = cat(place, ".", name);
    if (list == nullptr || !list->is_array() || list->empty() || list->size() > kMaxChoices) {
      reject(where, cat("expected a list of 1 to ", kMaxChoices));
      return out;
    }
    std::set<std::string> ids;
    for (std::size_t i = 0; i < list->size(); ++i) {
      const std::string at = cat(where, "[", i, "]");
      out.push_back(
          {id((*list)[i], at), text((*list)[i], "text", at + ".text", TextNeed::Required)});
      if (!ids.insert(out.back().id).second) reject(at + ".id", "is there twice");
    }
    return out;
  }

  QuestionDefinition question(const Json& json, const std::string& place) {
    QuestionDefinition out{.id = id(json, place)};
    const std::string type = string_member(json, "type").value_or("");
    if (const auto known = question_type_of(type)) {
      out.type = *known;
    } else {
      reject(place + ".type", cat("there is no type '", type.substr(0, 40), "'"));
    }
    out.text = text(json, "text", place + ".text", TextNeed::Required);
    out.help = text(json, "help", place + ".help", TextNeed::Optional);
    out.is_required = bool_member(json, "required").value_or(false);
    using enum QuestionType;
    if (out.type == Single || out.type == Multiple || out.type == Ranking) {
      out.choices = choices(json, "choices", place);
    }
    if (out.type == Matrix) out.rows = choices(json, "rows", place);
    read_scale(json, place, out);
    out.show_if = condition(json, place + ".show_if");
    return out;
  }

  void read_scale(const Json& json, const std::string& place, QuestionDefinition& out) {
    out.least_label = text(json, "least_label", place + ".least_label", TextNeed::Optional);
    out.most_label = text(json, "most_label", place + ".most_label", TextNeed::Optional);
    using enum QuestionType;
    if (out.type == Nps) out.most = 10;
    if (out.type == Csat || out.type == Sus) out.least = 1, out.most = 5;
    if (out.type == Likert || out.type == Matrix) {
      out.least = 1;
      out.most = number_member(json, "most").value_or(kUsualSteps);
      if (out.most < 2 || out.most > kMostSteps || out.most != std::floor(out.most)) {
        reject(place + ".most", cat("expected 2 to ", kMostSteps, " steps, found ", out.most));
      }
    }
    if (out.type != Number) return;
    out.least = number_member(json, "least").value_or(0);
    out.most = number_member(json, "most").value_or(100);
    const bool is_range = std::abs(out.least) <= kLargestNumber &&
                          std::abs(out.most) <= kLargestNumber && out.least < out.most;
    if (!is_range) reject(place + ".most", "expected a number above 'least'");
  }

  std::optional<ShowCondition> condition(const Json& json, const std::string& place) {
    const Json* member = find_member(json, "show_if");
    if (member == nullptr || member->is_null()) return std::nullopt;
    ShowCondition out{.question = string_member(*member, "question").value_or("")};
    if (const Json* is = find_member(*member, "is")) {
      out.kind = ConditionKind::Is;
      if (is->is_number()) out.number = is->get<double>();
      if (is->is_string()) out.choice = is->get<std::string>();
    } else if (const auto contained = string_member(*member, "contains")) {
      out.kind = ConditionKind::Contains;
      out.choice = *contained;
    } else if (const auto least = number_member(*member, "at_least")) {
      out.kind = ConditionKind::AtLeast;
      out.number = *least;
    } else if (const auto most = number_member(*member, "at_most")) {
      out.kind = ConditionKind::AtMost;
      out.number = *most;
    } else {
      reject(place, "expected one of is, contains, at_least, at_most");
    }
    return out;
  }

  void check_ids(const QuestionnaireDefinition& definition) {
    std::set<std::string> ids;
    for (std::size_t i = 0; i < definition.questions.size(); ++i) {
      if (ids.insert(definition.questions[i].id).second) continue;
      reject(cat("questions[", i, "].id"),
             cat("'", definition.questions[i].id, "' is there twice"));
    }
  }

  /// A condition speaks of an earlier question, and of an answer that it can have.
  void check_conditions(const QuestionnaireDefinition& definition) {
    for (std::size_t i = 0; i < definition.questions.size(); ++i) {
      const auto& condition = definition.questions[i].show_if;
      if (!condition) continue;
      const std::string place = cat("questions[", i, "].show_if");
      const auto end = definition.questions.begin() + static_cast<std::ptrdiff_t>(i);
      const auto asked = std::find_if(
          definition.questions.begin(), end,
          [&](const QuestionDefinition& each) { return each.id == condition->question; });
      if (asked == end) {
        reject(place, cat("no question '", condition->question.substr(0, 60), "' comes before it"));
      } else if (!fits(*condition, *asked)) {
        reject(place, cat("'", asked->id, "' cannot have such an answer"));
      }
    }
  }

  static bool fits(const ShowCondition& condition, const QuestionDefinition& asked) {
    const bool is_choice = std::ranges::any_of(
        asked.choices, [&](const QuestionChoice& each) { return each.id == condition.choice; });
    switch (condition.kind) {
      case ConditionKind::Is:
        return asked.type == QuestionType::Single ? is_choice : has_number(asked.type);
      case ConditionKind::Contains: return asked.type == QuestionType::Multiple && is_choice;
      case ConditionKind::AtLeast:
      case ConditionKind::AtMost: return has_number(asked.type);
    }
    return false;
  }

  std::optional<Error> first_problem_;
};

}  // namespace

std::string_view question_type_name(QuestionType type) {
  return kQuestionTypes[static_cast<std::size_t>(type)];
}

std::optional<QuestionType> question_type_of(std::string_view name) {
  const auto found = std::find(kQuestionTypes.begin(), kQuestionTypes.end(), name);
  if (found == kQuestionTypes.end()) return std::nullopt;
  return static_cast<QuestionType>(found - kQuestionTypes.begin());
}

bool has_number(QuestionType type) {
  using enum QuestionType;
  return type == Likert || type == Nps || type == Csat || type == Number;
}

Result<QuestionnaireDefinition> read_definition(const Json& json) {
  if (const std::size_t size = to_text(json).size(); size > kMaxDefinitionBytes) {
    return error(ErrorCode::InvalidArgument, "definition: at most ", kMaxDefinitionBytes,
                 " bytes, found ", size);
  }
  return DefinitionReader().read(json);
}

}  // namespace falconet
