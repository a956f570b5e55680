// Tool calls of a whole model on the Berkeley Function-Calling Leaderboard's questions.
//
// calls_bench MODEL FOLDER CATEGORIES… reads FOLDER/BFCL_v4_CATEGORY.json and the answers beside it
// in possible_answer/, asks each question with a call required (with the choice left open where a
// category has no answers: there no call is right), and prints how many calls were JSON, met their
// schema, and were right. A call is right if each argument is among those that the answers accept,
// strings without regard to case, spaces and punctuation, as the leaderboard compares them.
#include <algorithm>
#include <cctype>
#include <cstdio>
#include <deque>
#include <map>
#include <string>

#include "base/file.h"
#include "base/strings.h"
#include "completion/local_model.h"
#include "grammar/schema_validator.h"

namespace falconet {
namespace {

constexpr std::size_t kMaxFileBytes = 1u << 28;
constexpr std::size_t kNumAtOnce = 8;

Result<std::vector<Json>> json_lines_of(const std::string& path) {
  TRY_ASSIGN(const std::string file, read_file(path, kMaxFileBytes));
  std::vector<Json> rows;
  for (const std::string_view line : split(file, '\n')) {
    if (trim(line).empty()) continue;
    TRY_ASSIGN(Json row, parse_json(line));
    rows.push_back(std::move(row));
  }
  return rows;
}

/// The leaderboard's names of types are Python's.
Json as_json_schema(const Json& schema) {
  static const std::map<std::string, std::string> kTypes = {
      {"dict", "object"}, {"float", "number"}, {"tuple", "array"}, {"list", "array"}};
  if (schema.is_array()) {
    Json items = Json::array();
    for (const Json& item : schema) items.push_back(as_json_schema(item));
    return items;
  }
  if (!schema.is_object()) return schema;
  Json result = Json::object();
  for (const auto& [key, value] : schema.items()) {
    if (key == "type" && value == "any") continue;
    // Defaults and examples are no schemas; some formats are Python's too.
    if (key == "default" || key == "format") continue;
    const auto type = key == "type" && value.is_string() ? kTypes.find(value) : kTypes.end();
    result[key] = type == kTypes.end() ? as_json_schema(value) : Json(type->second);
  }
  return result;
}

struct Question {
  std::string id = {};
  CompletionRequest request = {};
  Json functions = {};
  std::optional<Json> accepted = {};  // a list of {name: {argument: [values]}}
};

Question question_of(const Json& row, const std::map<std::string, Json>& answers) {
  Question question{.id = row["id"]};
  const auto answer = answers.find(question.id);
  if (answer != answers.end()) question.accepted = answer->second;
  ChatPrompt prompt{.messages = row["question"][0], .tools = Json::array()};
  for (const Json& function : row["function"]) {
    Json own = function;
    own["parameters"] = as_json_schema(function["parameters"]);
    prompt.tools.push_back({{"type", "function"}, {"function", own}});
    question.functions[own["name"].get<std::string>()] = own["parameters"];
  }
  if (question.accepted) prompt.tool_choice.kind = ToolChoice::Kind::Required;
  prompt.template_kwargs = {{"enable_thinking", false}};
  question.request.prompt = std::move(prompt);
  question.request.sampling.temperature = 0;
  question.request.stopping = {.max_tokens = 400, .thinking_budget = 0};
  return question;
}

struct Called {
  std::vector<ToolCallDelta> calls = {};
  FinishReason reason = FinishReason::Failed;
};

Result<Called> read_calls(CompletionStream& stream) {
  Called called;
  while (auto event = stream.next()) {
    if (!*event) return std::move(*event).error();
    if (const auto* delta = std::get_if<TextDelta>(&**event)) {
      for (const ToolCallDelta& call : delta->tool_calls) {
        if (call.index >= called.calls.size()) called.calls.resize(call.index + 1);
        called.calls[call.index].name += call.name;
        called.calls[call.index].arguments += call.arguments;
      }
    } else if (const auto* finished = std::get_if<ChoiceFinished>(&**event)) {
      called.reason = finished->reason;
    }
  }
  return called;
}

std::string plain(const std::string& text) {
  std::string kept;
  for (const char c : text) {
    if (std::string_view(" ,./-_*^'\"").find(c) == std::string_view::npos) {
      kept += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    }
  }
  return kept;
}

bool is_accepted(const Json& value, const Json& accepted);

/// A member that may be left out accepts "".
bool has_right_members(const Json& value, const Json& accepted) {
  if (!value.is_object()) return false;
  for (const auto& [name, given] : value.items()) {
    const Json* values = find_member(accepted, name);
    const bool is_right = values != nullptr && std::ranges::any_of(*values, [&](const Json& one) {
                            return is_accepted(given, one);
                          });
    if (!is_right) return false;
  }
  return std::ranges::all_of(accepted.items(), [&value](const auto& member) {
    const bool may_be_absent = std::ranges::find(member.value(), Json("")) != member.value().end();
    return may_be_absent || value.contains(member.key());
  });
}

bool is_accepted(const Json& value, const Json& accepted) {
  if (value.is_string() && accepted.is_string()) {
    return plain(value.get<std::string>()) == plain(accepted.get<std::string>());
  }
  if (accepted.is_object()) return has_right_members(value, accepted);
  if (value.is_array() && accepted.is_array())
    return std::ranges::equal(value, accepted, is_accepted);
  return are_equal_values(value, accepted);
}

/// In any order.
bool are_right(const std::vector<ToolCallDelta>& calls, const Json& accepted) {
  if (calls.size() != accepted.size()) return false;
  std::vector<Json> left(accepted.begin(), accepted.end());
  for (const ToolCallDelta& call : calls) {
    const auto arguments = parse_json(call.arguments);
    const auto found = std::ranges::find_if(left, [&](const Json& one) {
      const Json* members = find_member(one, call.name);
      return arguments && members != nullptr && has_right_members(*arguments, *members);
    });
    if (found == left.end()) return false;
    left.erase(found);
  }
  return true;
}

struct CallCounts {
  int num_questions = 0;
  int num_too_long = 0;
  int num_calls = 0;
  int num_json = 0;
  int num_valid = 0;
  int num_cut_off = 0;
  int num_right_tools = 0;
  int num_right = 0;
};

Status count_calls(const Question& question, CompletionStream& stream, CallCounts& counts) {
  TRY_ASSIGN(const Called called, read_calls(stream));
  counts.num_cut_off += called.reason == FinishReason::Length ? 1 : 0;
  for (const ToolCallDelta& call : called.calls) {
    ++counts.num_calls;
    const auto arguments = parse_json(call.arguments);
    const Json* schema = find_member(question.functions, call.name);
    if (!arguments || schema == nullptr) continue;
    ++counts.num_json;
    TRY_ASSIGN(const SchemaValidator validator, SchemaValidator::from_schema(*schema));
    const auto verdict = validator.judge(*arguments);
    counts.num_valid += verdict && verdict->is_valid ? 1 : 0;
  }
  if (!question.accepted) {
    counts.num_right_tools += called.calls.empty() ? 1 : 0;
    counts.num_right += called.calls.empty() ? 1 : 0;
    return {};
  }
  const bool has_right_tools =
      called.calls.size() == question.accepted->size() &&
      std::ranges::all_of(*question.accepted, [&called](const Json& one) {
        return std::ranges::find(called.calls, one.begin().key(), &ToolCallDelta::name) !=
               called.calls.end();
      });
  counts.num_right_tools += has_right_tools ? 1 : 0;
  counts.num_right += are_right(called.calls, *question.accepted) ? 1 : 0;
  return {};
}

Result<CallCounts> ask_all(LocalCompleter& model, const std::vector<Question>& questions) {
  CallCounts counts;
  std::deque<std::pair<const Question*, std::unique_ptr<CompletionStream>>> running;
  const auto finish_first = [&]() -> Status {
    TRY(count_calls(*running.front().first, *running.front().second, counts));
    running.pop_front();
    return {};
  };
  for (const Question& question : questions) {
    ++counts.num_questions;
    if (running.size() == kNumAtOnce) TRY(finish_first());
    auto stream = model.start(question.request);
    if (!stream && stream.error().code == ErrorCode::TooLarge) {
      ++counts.num_too_long;
      continue;
    }
    if (!stream) return std::move(stream).error().within(question.id);
    running.emplace_back(&question, *std::move(stream));
  }
  while (!running.empty()) TRY(finish_first());
  return counts;
}

Status run(int argc, char** argv) {
  TRY_ASSIGN(const auto model, open_local_model(argv[1], {.max_num_seqs = kNumAtOnce, .seed = 1}));
  const std::string folder = argv[2];
  for (int i = 3; i < argc; ++i) {
    const std::string name = cat("/BFCL_v4_", argv[i], ".json");
    TRY_ASSIGN(const std::vector<Json> rows, json_lines_of(folder + name));
    std::map<std::string, Json> answers;
    if (const auto known = json_lines_of(folder + "/possible_answer" + name)) {
      for (const Json& row : *known) answers[row["id"]] = row["ground_truth"];
    }
    std::vector<Question> questions;
    for (const Json& row : rows) questions.push_back(question_of(row, answers));
    TRY_ASSIGN(const CallCounts counts, ask_all(*model, questions));
    std::printf(
        "%-24s %4d questions (%d longer than the context), %4d calls: %4d JSON, %4d valid; "
        "%d answers cut off; right tools %d, right %d\n",
        argv[i], counts.num_questions, counts.num_too_long, counts.num_calls, counts.num_json,
        counts.num_valid, counts.num_cut_off, counts.num_right_tools, counts.num_right);
    std::fflush(stdout);
  }
  return {};
}

}  // namespace
}  // namespace falconet

int main(int argc, char** argv) {
  if (argc < 4) {
    std::fprintf(stderr, "usage: calls_bench MODEL FOLDER CATEGORIES…\n");
    return 1;
  }
  const falconet::Status status = falconet::run(argc, argv);
  if (status) return 0;
  std::fprintf(stderr, "%s\n", status.error().message.c_str());
  return 1;
}
