#include "cli/feedback_try.h"

#include <map>
#include <memory>
#include <ostream>

#include "base/file.h"
#include "base/json.h"
#include "cli/chat_session.h"
#include "cli/model_argument.h"
#include "cli/progress_line.h"
#include "completion/local_model.h"
#include "feedback/answer_check.h"
#include "feedback/finding_text.h"
#include "feedback/trial.h"

namespace falconet {
namespace {

constexpr std::size_t kMaxItemsBytes = 256u << 20;
constexpr std::int64_t kUsualMaxTokens = 1024;  // an answer that runs on would hold up all others
constexpr std::size_t kStreamsAtOnce = 16;

struct TryCommand {
  std::string items;
  std::string model;
  std::vector<std::string> first;
  std::vector<std::string> second;
  std::string family;
  std::string half = "all";
  int num_threads = 0;
  bool json = false;
};

struct TrialItem {
  std::string family = {};
  Json messages = {};
  Json tools = {};
  Json schema = {};
  std::optional<bool> is_thinking = {};
  AnswerCheck check;
};

enum class OutputForm { Free, AnyJson, Schema };

/// One side of the trial.
struct TrialSetting {
  ChatSettings chat = {};
  OutputForm output = OutputForm::Free;
  std::optional<bool> is_thinking = {};
};

Result<TrialItem> item_of(const Json& json) {
  if (!json.is_object()) return error(ErrorCode::InvalidArgument, "expected an object");
  const Json* messages = find_member(json, "messages");
  const Json* check = find_member(json, "check");
  if (messages == nullptr || !messages->is_array() || messages->empty()) {
    return error(ErrorCode::InvalidArgument, "messages: expected an array with a message");
  }
  if (check == nullptr) return error(ErrorCode::InvalidArgument, "check: is missing");
  TRY_ASSIGN(AnswerCheck made, AnswerCheck::of(*check));
  TrialItem item{.messages = *messages, .check = std::move(made)};
  item.family = string_member(json, "family").value_or("");
  item.is_thinking = bool_member(json, "is_thinking");
  if (const Json* tools = find_member(json, "tools"); tools && !tools->empty()) item.tools = *tools;
  if (const Json* schema = find_member(json, "schema")) item.schema = *schema;
  return item;
}

/// JSON lines, or one object with "items".
Result<std::vector<TrialItem>> read_items(const std::string& path) {
  TRY_ASSIGN(const std::string text, read_file(path, kMaxItemsBytes));
  std::vector<TrialItem> items;
  const auto add = [&](const Json& json, std::size_t number) -> Status {
    Result<TrialItem> item = item_of(json);
    if (!item) return std::move(item).error().within(cat(path, ", item ", number));
    items.push_back(*std::move(item));
    return {};
  };
  if (const Result<Json> whole = parse_json(text); whole && whole->contains("items")) {
    for (const Json& json : (*whole)["items"]) TRY(add(json, items.size() + 1));
    return items;
  }
  std::size_t number = 0;
  for (const std::string_view line : split(text, '\n')) {
    ++number;
    if (trim(line).empty()) continue;
    Result<Json> json = parse_json(line);
    if (!json) return std::move(json).error().within(cat(path, ", line ", number));
    TRY(add(*json, number));
  }
  if (items.empty()) return error(ErrorCode::InvalidArgument, path, ": holds no item");
  return items;
}

Result<TrialSetting> setting_of(const std::vector<std::string>& pairs) {
  TrialSetting setting;
  setting.chat.max_tokens = kUsualMaxTokens;
  for (const std::string& pair : pairs) {
    const std::size_t equals = pair.find('=');
    const std::string name = pair.substr(0, equals);
    const std::string value = equals == std::string::npos ? "" : pair.substr(equals + 1);
    if (name == "system") {
      setting.chat.system = value;
    } else if (name == "thinking" && (value == "on" || value == "off")) {
      setting.is_thinking = value == "on";
    } else if (name == "output" && (value == "free" || value == "json" || value == "schema")) {
      setting.output = value == "free"   ? OutputForm::Free
                       : value == "json" ? OutputForm::AnyJson
                                         : OutputForm::Schema;
    } else if (name == "thinking" || name == "output") {
      return error(ErrorCode::InvalidArgument, pair,
                   ": expected thinking=on or off, output=free, json or schema");
    } else {
      TRY(set_chat_parameter(setting.chat, name, value));
    }
  }
  return setting;
}

Result<CompletionRequest> request_of(const TrialItem& item, const TrialSetting& setting,
                                     std::uint64_t seed) {
  Json messages = Json::array();
  if (!setting.chat.system.empty()) {
    messages.push_back({{"role", "system"}, {"content", setting.chat.system}});
  }
  for (const Json& message : item.messages) messages.push_back(message);
  CompletionRequest request{
      .prompt = ChatPrompt{.messages = std::move(messages), .tools = item.tools},
      .sampling = setting.chat.sampling};
  if (!request.sampling.seed) request.sampling.seed = seed;  // the same on both sides
  request.stopping.max_tokens = setting.chat.max_tokens;
  request.stopping.thinking_budget = setting.chat.thinking_budget;
  const auto is_thinking = setting.is_thinking ? setting.is_thinking : item.is_thinking;
  if (is_thinking) {
    std::get<ChatPrompt>(request.prompt).template_kwargs = {{"enable_thinking", *is_thinking}};
  }
  if (setting.output == OutputForm::AnyJson) {
    request.grammar = OutputGrammar{.kind = OutputGrammar::Kind::JsonObject};
  } else if (setting.output == OutputForm::Schema && item.schema.is_null()) {
    return error(ErrorCode::InvalidArgument, "output=schema: the item has no \"schema\"");
  } else if (setting.output == OutputForm::Schema) {
    request.grammar = OutputGrammar{.kind = OutputGrammar::Kind::JsonSchema, .schema = item.schema};
  }
  return request;
}

Result<VisibleAnswer> read_answer(CompletionStream& stream) {
  VisibleAnswer answer;
  while (auto event = stream.next()) {
    if (!*event) return std::move(*event).error();
    const auto* delta = std::get_if<TextDelta>(&**event);
    if (delta == nullptr) continue;
    answer.content += delta->content;
    for (const ToolCallDelta& part : delta->tool_calls) {
      if (answer.calls.size() <= part.index) answer.calls.resize(part.index + 1);
      answer.calls[part.index].name += part.name;
      answer.calls[part.index].arguments += part.arguments;
    }
  }
  return answer;
}

/// Whether each item is right under a setting, in their order; kStreamsAtOnce are answered
/// together.
Result<std::vector<bool>> answer_all(Completer& model, const std::vector<TrialItem>& items,
                                     const TrialSetting& setting, const std::string& name,
                                     ProgressLine& progress) {
  std::vector<bool> right;
  for (std::size_t first = 0; first < items.size(); first += kStreamsAtOnce) {
    const std::size_t end = std::min(items.size(), first + kStreamsAtOnce);
    std::vector<std::unique_ptr<CompletionStream>> streams;
    for (std::size_t i = first; i < end; ++i) {
      TRY_ASSIGN(CompletionRequest request, request_of(items[i], setting, i));
      TRY_ASSIGN(auto stream, model.start(std::move(request)));
      streams.push_back(std::move(stream));
    }
    for (std::size_t i = first; i < end; ++i) {
      TRY_ASSIGN(const VisibleAnswer answer, read_answer(*streams[i - first]));
      right.push_back(items[i].check.is_right(answer));
    }
    progress.show(cat(name, ": ", right.size(), " of ", items.size()));
  }
  return right;
}

PairedCounts count(const std::vector<bool>& first, const std::vector<bool>& second) {
  PairedCounts counts;
  for (std::size_t i = 0; i < first.size(); ++i) {
    ++(first[i] && second[i] ? counts.both
       : first[i]            ? counts.only_first
       : second[i]           ? counts.only_second
                             : counts.neither);
  }
  return counts;
}

Json result_json(const TrialResult& result) {
  const PairedCounts& counts = result.counts;
  return {{"both", counts.both},
          {"only_a", counts.only_first},
          {"only_b", counts.only_second},
          {"neither", counts.neither},
          {"difference", result.difference.difference},
          {"interval", {result.difference.interval.low, result.difference.interval.high}},
          {"p", result.difference.p_value},
          {"verdict", trial_verdict_name(result.verdict)},
          {"items_needed", result.items_needed ? Json(*result.items_needed) : Json()}};
}

std::string points(double share) {
  return cat(share < 0 ? "−" : "+", fixed(100 * std::abs(share), 1));
}

void print(const TrialResult& result, std::ostream& out) {
  const PairedCounts& counts = result.counts;
  const std::int64_t num_items =
      counts.both + counts.only_first + counts.only_second + counts.neither;
  const auto share = [&](std::int64_t right) {
    return cat(percent(static_cast<double>(right) / static_cast<double>(num_items)), " (", right,
               " of ", num_items, ")");
  };
  out << "A right " << share(counts.both + counts.only_first) << ", B right "
      << share(counts.both + counts.only_second) << "; only A " << counts.only_first << ", only B "
      << counts.only_second << "\nB against A: " << points(result.difference.difference)
      << " points (" << points(result.difference.interval.low) << " to "
      << points(result.difference.interval.high) << "), " << p_text(result.difference.p_value)
      << ": " << trial_verdict_name(result.verdict) << '\n';
  if (result.items_needed) {
    out << "A difference as large as this one would take about " << *result.items_needed
        << " items to be seen.\n";
  }
}

/// Those of one family alone. Errors: NotFound.
Status take_family(const std::string& family, std::vector<TrialItem>& items) {
  if (family.empty()) return {};
  std::erase_if(items, [&](const TrialItem& item) { return item.family != family; });
  if (!items.empty()) return {};
  return error(ErrorCode::NotFound, "--family ", family, ": there is no such item");
}

/// Every second item is for choosing a setting, the others for proving it.
Status take_half(const std::string& half, std::vector<TrialItem>& items) {
  if (half == "all") return {};
  if (half != "first" && half != "second") {
    return error(ErrorCode::InvalidArgument, "--half must be first, second or all, found ", half);
  }
  std::vector<TrialItem> kept;
  for (std::size_t i = half == "first" ? 0 : 1; i < items.size(); i += 2) {
    kept.push_back(std::move(items[i]));
  }
  items = std::move(kept);
  return {};
}

Status run_try(const TryCommand& command, const Streams& io) {
  TRY_ASSIGN(const TrialSetting first, setting_of(command.first));
  TRY_ASSIGN(const TrialSetting second, setting_of(command.second));
  TRY_ASSIGN(std::vector<TrialItem> items, read_items(command.items));
  TRY(take_family(command.family, items));
  TRY(take_half(command.half, items));
  TRY_ASSIGN(const FoundModel found, find_model(command.model, io));
  TRY_ASSIGN(const auto model, open_local_model(found.path, {.served_name = found.name,
                                                             .origin = found.origin,
                                                             .num_threads = command.num_threads}));
  ProgressLine progress(io.err);
  TRY_ASSIGN(const auto right_first, answer_all(*model, items, first, "A", progress));
  TRY_ASSIGN(const auto right_second, answer_all(*model, items, second, "B", progress));
  progress.show("");
  TRY_ASSIGN(const TrialResult result, judge_trial(count(right_first, right_second)));
  if (command.json) {
    Json json = result_json(result);
    json["model"] = found.name;
    json["a"] = command.first;
    json["b"] = command.second;
    io.out << to_text(json) << '\n';
    return {};
  }
  io.out << found.name << ", A: " << (command.first.empty() ? "as it is" : join(command.first, " "))
         << "; B: " << join(command.second, " ") << '\n';
  print(result, io.out);
  return {};
}

}  // namespace

void add_try_command(CommandParser& parser, CommandLine& parent) {
  auto options = std::make_shared<TryCommand>();
  CommandLine& command = parser.add_below(
      parent, "try", "The same items under two settings: is the second one better?");
  command.option("items", options->items, "Items with their checks: JSON lines").required();
  command.option("-m,--model", options->model, "As of run");
  command.option("--a", options->first, "One setting: temperature=0 system=… thinking=off …");
  command.option("--b", options->second, "The other; also output=free, json or schema").required();
  command.option("--family", options->family, "Only items whose \"family\" this is");
  command.option("--half", options->half, "first, second (every other item) or all")
      .shows_default();
  command.option("--threads", options->num_threads, "Worker threads (default: all CPUs)");
  command.flag("--json", options->json, "As one JSON object");
  command.footer(
      "An item is {\"messages\": […], \"check\": {\"kind\": \"contains\", \"value\": \"Paris\"}};\n"
      "docs/feedback-data.md has the kinds. Choose a setting on the first half, prove it on the "
      "second.");
  command.runs([options](const Streams& io) { return run_try(*options, io); });
}

}  // namespace falconet
