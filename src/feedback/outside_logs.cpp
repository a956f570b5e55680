#include "feedback/outside_logs.h"

#include <algorithm>
#include <utility>

#include "base/strings.h"
#include "feedback/live_records.h"
#include "feedback/question_language.h"
#include "feedback/structured_output.h"

namespace falconet {
namespace {

// A request may hold a whole context; more than this is no line of a log.
constexpr std::size_t kMaxOutsideLineBytes = std::size_t{16} << 20;
constexpr const char* kUnnamed = "someone";
// Seconds until the year 5138 are below it, milliseconds since 1973 above.
constexpr double kFirstMilliseconds = 1e11;

const Json* object_in(const Json& object, std::string_view name) {
  const Json* found = find_member(object, name);
  return found != nullptr && found->is_object() ? found : nullptr;
}

std::string text_in(const Json& object, std::string_view name) {
  return string_member(object, name).value_or("");
}

/// Seconds or milliseconds since 1970; 0: there is no time.
UnixMillis time_in(const Json& object, std::string_view name) {
  const double value = number_member(object, name).value_or(0);
  if (!(value > 0) || value > 1e15) return 0;
  return static_cast<UnixMillis>(value < kFirstMilliseconds ? value * 1000 : value);
}

std::int64_t count_in(const Json& object, std::string_view name) {
  return std::max<std::int64_t>(0, int_member(object, name).value_or(0));
}

/// A message's text: a string, or parts of which some are text.
std::string content_text(const Json& message) {
  const Json* content = find_member(message, "content");
  if (content == nullptr) return {};
  if (content->is_string()) return content->get<std::string>();
  std::string text;
  if (!content->is_array()) return text;
  for (const Json& part : *content) text += text_in(part, "text");
  return text;
}

/// The last question, and how many there were.
void read_questions(const Json& request, StudyGeneration& generation) {
  const Json* messages = find_member(request, "messages");
  if (messages == nullptr || !messages->is_array()) return;
  std::string question;
  std::int64_t num_questions = 0;
  for (const Json& message : *messages) {
    if (text_in(message, "role") != "user") continue;
    question = content_text(message);
    ++num_questions;
  }
  generation.turn = std::max<std::int64_t>(1, num_questions);
  if (!question.empty()) generation.language = question_language(question);
}

void read_usage(const Json& response, StudyGeneration& generation) {
  const Json* usage = object_in(response, "usage");
  if (usage == nullptr) return;
  generation.prompt_tokens = count_in(*usage, "prompt_tokens");
  const std::int64_t all = count_in(*usage, "completion_tokens");
  const Json* details = object_in(*usage, "completion_tokens_details");
  if (details != nullptr) generation.reasoning_tokens = count_in(*details, "reasoning_tokens");
  generation.reasoning_tokens = std::min(generation.reasoning_tokens, all);
  generation.answer_tokens = all - generation.reasoning_tokens;
}

/// The first choice's message of a chat completion.
const Json* message_in(const Json& response) {
  const Json* choices = find_member(response, "choices");
  if (choices == nullptr || !choices->is_array() || choices->empty()) return nullptr;
  return object_in(choices->front(), "message");
}

std::string user_in(const Json& line, const Json& request) {
  for (const Json* object : {&line, &request}) {
    for (const char* name : {"user", "safety_identifier", "user_id"}) {
      const std::string found = text_in(*object, name);
      if (!found.empty()) return found;
    }
  }
  return kUnnamed;
}

std::string metadata_in(const Json& request, std::string_view name) {
  const Json* metadata = object_in(request, "metadata");
  return metadata == nullptr ? "" : text_in(*metadata, name);
}

/// In the messages of the chat that Open WebUI copies into a rating.
const Json* snapshot_messages(const Json& entry) {
  const Json* snapshot = object_in(entry, "snapshot");
  const Json* outer = snapshot == nullptr ? nullptr : object_in(*snapshot, "chat");
  const Json* inner = outer == nullptr ? nullptr : object_in(*outer, "chat");
  const Json* chat = inner == nullptr ? outer : inner;
  const Json* history = chat == nullptr ? nullptr : object_in(*chat, "history");
  return history == nullptr ? nullptr : object_in(*history, "messages");
}

void read_snapshot(const Json& entry, const std::string& message_id, StudyGeneration& generation) {
  const Json* messages = snapshot_messages(entry);
  if (messages == nullptr) return;
  std::int64_t num_questions = 0;
  std::set<std::string> seen;
  for (std::string id = message_id; !id.empty() && seen.insert(id).second;) {
    const Json* message = object_in(*messages, id);
    if (message == nullptr) break;
    if (text_in(*message, "role") == "user" && ++num_questions == 1) {
      generation.language = question_language(content_text(*message));
    }
    id = text_in(*message, "parentId");
  }
  generation.turn = std::max<std::int64_t>(1, num_questions);
}

/// 1 or −1, which some versions write as a text; nothing for anything else.
std::optional<double> thumb_in(const Json& data) {
  const Json* rating = find_member(data, "rating");
  if (rating == nullptr) return std::nullopt;
  std::optional<double> value;
  if (rating->is_number()) value = rating->get<double>();
  if (rating->is_string()) value = parse_number<double>(rating->get<std::string>());
  if (!value || (*value != 1 && *value != -1)) return std::nullopt;
  return value;
}

StudyRating rating_in(const Json& entry, const Json& data, double thumb) {
  StudyRating rating{.id = text_in(entry, "id"),
                     .value = thumb,
                     .comment = text_in(data, "comment"),
                     .provenance = Provenance::Imported};
  const Json* details = object_in(data, "details");
  const std::optional<double> score =
      details == nullptr ? std::nullopt : number_member(*details, "rating");
  if (score && *score >= 1 && *score <= 10) {
    rating.scale = RatingScale::Score;
    rating.value = *score;
  }
  const std::string reason = text_in(data, "reason");
  if (!reason.empty()) rating.reasons.push_back(reason);
  const Json* tags = find_member(data, "tags");
  if (tags != nullptr && tags->is_array()) {
    for (const Json& tag : *tags) {
      if (tag.is_string()) rating.reasons.push_back(tag.get<std::string>());
    }
  }
  return rating;
}

}  // namespace

OutsideFormat outside_format_of(std::string_view text) {
  return trim(text).starts_with('[') ? OutsideFormat::OpenWebUi : OutsideFormat::OpenAi;
}

void OutsideLogs::reject(const std::string& file_name, std::int64_t number, std::string message) {
  ++out_.num_bad_lines;
  if (out_.bad_lines.size() < kMaxBadLines) {
    out_.bad_lines.push_back({file_name, number, std::move(message)});
  }
}

std::string OutsideLogs::person_called(const std::string& name) {
  std::string pseudonym = pseudonym_of(cat("imported ", name));
  if (people_.insert(pseudonym).second) {
    out_.records.participants.push_back({.id = pseudonym, .provenance = Provenance::Imported});
  }
  return pseudonym;
}

Status OutsideLogs::add_generation(StudyGeneration generation) {
  if (generation.id.empty() || generation.id.size() > 200) {
    return error(ErrorCode::InvalidArgument,
                 "expected an id of 1 to 200 bytes for the answer, found ", generation.id.size());
  }
  if (!generations_.insert(generation.id).second) {
    return error(ErrorCode::InvalidArgument, "the answer \"", generation.id,
                 "\" stood in an earlier line, which is kept");
  }
  generation.provenance = Provenance::Imported;
  out_.records.generations.push_back(std::move(generation));
  return {};
}

void OutsideLogs::add_openai(std::string_view text, const std::string& file_name) {
  std::int64_t number = 0;
  for (const std::string_view line : split(text, '\n')) {
    ++number;
    if (trim(line).empty()) continue;
    if (line.size() > kMaxOutsideLineBytes) {
      reject(file_name, number, cat("the line is longer than ", kMaxOutsideLineBytes, " bytes"));
      continue;
    }
    const Result<Json> json = parse_json(line);
    const Status added = json ? add_exchange({.file = file_name, .number = number, .line = *json})
                              : Status(json.error());
    if (!added) reject(file_name, number, added.error().message);
  }
}

Status OutsideLogs::add_exchange(Exchange exchange) {
  const Json& line = exchange.line;
  if (!line.is_object()) return error(ErrorCode::InvalidArgument, "expected an object");
  exchange.custom_id = text_in(line, "custom_id");
  const Json* request = object_in(line, "request");
  const Json* response = object_in(line, "response");
  if (response == nullptr && request == nullptr) {
    const Json* body = object_in(line, "body");
    if (body == nullptr || exchange.custom_id.empty()) {
      return error(ErrorCode::InvalidArgument,
                   "expected \"request\" and \"response\", or a batch's \"custom_id\" with "
                   "\"body\" or \"response\"");
    }
    inputs_[exchange.custom_id] = *body;
    return {};
  }
  if (response == nullptr) {
    return error(ErrorCode::InvalidArgument, "\"response\" is missing: there is no answer");
  }
  const std::int64_t status = int_member(*response, "status_code").value_or(200);
  if (status != 200) {
    return error(ErrorCode::InvalidArgument, "the request failed with status ", status,
                 ": there is no answer");
  }
  const Json* body = object_in(*response, "body");
  exchange.response = body == nullptr ? *response : *body;
  if (request != nullptr) exchange.request = *request;
  exchanges_.push_back(std::move(exchange));
  return {};
}

Status OutsideLogs::add_answer(const Exchange& exchange) {
  Json request = exchange.request;
  if (request.is_null()) {
    const auto input = inputs_.find(exchange.custom_id);
    if (input != inputs_.end()) request = input->second;
  }
  const Json* message = message_in(exchange.response);
  if (message == nullptr) {
    return error(ErrorCode::InvalidArgument,
                 "expected a chat completion with \"choices\" in \"response\"");
  }
  StudyGeneration generation{.id = text_in(exchange.response, "id"),
                             .conversation_id = metadata_in(request, "conversation_id"),
                             .created = time_in(exchange.response, "created"),
                             .model = text_in(exchange.response, "model"),
                             .task = metadata_in(request, "task")};
  if (generation.id.empty()) generation.id = exchange.custom_id;
  if (generation.id.empty()) generation.id = cat(exchange.file, ":", exchange.number);
  if (generation.model.empty()) generation.model = text_in(request, "model");
  read_questions(request, generation);
  read_usage(exchange.response, generation);
  generation.finish_reason = text_in(exchange.response["choices"].front(), "finish_reason");
  generation.total_ms = std::max(0.0, number_member(exchange.line, "total_ms").value_or(0));
  generation.structured_outcome = structured_outcome(request, *message);
  generation.is_constrained = generation.structured_outcome && asks_for_binding(request);
  if (generations_.contains(generation.id)) return add_generation(std::move(generation));
  generation.participant_id = person_called(user_in(exchange.line, request));
  return add_generation(std::move(generation));
}

Status OutsideLogs::add_open_webui(std::string_view text, const std::string& file_name) {
  TRY_ASSIGN(const Json entries, parse_json(text));
  if (!entries.is_array()) {
    return error(ErrorCode::InvalidArgument, file_name,
                 ": expected Open WebUI's export of feedback, which is a JSON array");
  }
  std::int64_t number = 0;
  for (const Json& entry : entries) {
    const Status added = add_feedback(entry);
    if (!added) reject(file_name, number + 1, added.error().message);
    ++number;
  }
  return {};
}

Status OutsideLogs::add_feedback(const Json& entry) {
  const Json* data = entry.is_object() ? object_in(entry, "data") : nullptr;
  if (data == nullptr) return error(ErrorCode::InvalidArgument, "expected an object with \"data\"");
  const std::optional<double> thumb = thumb_in(*data);
  if (!thumb) return error(ErrorCode::InvalidArgument, "\"data.rating\" must be 1 or -1");
  StudyRating rating = rating_in(entry, *data, *thumb);
  if (rating.id.empty()) return error(ErrorCode::InvalidArgument, "\"id\" is missing");
  const Json* meta = object_in(entry, "meta");
  const std::string message_id = meta == nullptr ? "" : text_in(*meta, "message_id");
  StudyGeneration generation{.id = message_id.empty() ? rating.id : message_id,
                             .conversation_id = meta == nullptr ? "" : text_in(*meta, "chat_id"),
                             .created = time_in(entry, "created_at"),
                             .model = text_in(*data, "model_id"),
                             .task = "chat"};
  read_snapshot(entry, message_id, generation);
  rating.generation_id = generation.id;
  const UnixMillis answered = std::max(time_in(entry, "updated_at"), generation.created);
  if (answered > 0) rating.answered = answered;
  // An answer that was rated anew has one record, and of its ratings the last counts.
  if (!generations_.contains(generation.id)) {
    const std::string user = text_in(entry, "user_id");
    generation.participant_id = person_called(user.empty() ? kUnnamed : user);
    TRY(add_generation(std::move(generation)));
  }
  if (!ratings_.insert(rating.id).second) {
    return error(ErrorCode::InvalidArgument, "the id \"", rating.id,
                 "\" stood in an earlier entry, which is kept");
  }
  out_.records.ratings.push_back(std::move(rating));
  return {};
}

Result<FeedbackFolder> OutsideLogs::finish() {
  for (const Exchange& exchange : std::exchange(exchanges_, {})) {
    const Status added = add_answer(exchange);
    if (!added) reject(exchange.file, exchange.number, added.error().message);
  }
  if (!out_.records.generations.empty()) return std::move(out_);
  const std::string why = out_.bad_lines.empty() ? ""
                                                 : cat("; ", out_.bad_lines.front().file, ":",
                                                       out_.bad_lines.front().number, ": ",
                                                       out_.bad_lines.front().message);
  return error(ErrorCode::NotFound, "no answer was found in these files", why);
}

}  // namespace falconet
