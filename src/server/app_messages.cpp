#include "server/app_handlers.h"
#include "server/app_json.h"
#include "server/request_fields.h"
#include "store/messages.h"
#include "store/probes.h"
#include "store/ratings.h"

namespace falconet {
namespace {

Status read_attachments(RequestFields& fields, std::vector<Attachment>& attachments) {
  const Json* array = fields.find("attachments");
  if (array == nullptr) return {};
  if (!array->is_array()) return fields.wrong_type("attachments", "an array", *array);
  for (std::size_t i = 0; i < array->size(); ++i) {
    TRY_ASSIGN(RequestFields one,
               RequestFields::of((*array)[i], cat(fields.full_name("attachments"), "[", i, "]")));
    Attachment& attachment = attachments.emplace_back();
    TRY(one.read("name", attachment.name));
    TRY(one.read("text", attachment.text));
  }
  return {};
}

Result<NewMessage> read_new_message(const Json& body, const std::string& conversation) {
  TRY_ASSIGN(RequestFields fields, RequestFields::of(body));
  NewMessage message{.conversation_id = {conversation}, .role = "user"};
  std::optional<std::string> parent;
  TRY(fields.read("parent_id", parent));
  if (parent) message.parent_id = MessageId{*std::move(parent)};
  TRY(fields.read("role", message.role));
  TRY(fields.read("content", message.content));
  TRY(read_attachments(fields, message.attachments));
  if (trim(message.content).empty() && message.attachments.empty()) {
    return error(ErrorCode::InvalidArgument, "content: is missing");
  }
  return message;
}

Status read_marks(RequestFields& fields, std::vector<TextMark>& marks) {
  const Json* array = fields.find("marks");
  if (array == nullptr) return {};
  if (!array->is_array()) return fields.wrong_type("marks", "an array", *array);
  for (std::size_t i = 0; i < array->size(); ++i) {
    TRY_ASSIGN(RequestFields one, RequestFields::of((*array)[i], cat("marks[", i, "]")));
    TextMark& mark = marks.emplace_back();
    TRY(one.read("exact", mark.exact));
    TRY(one.read("prefix", mark.prefix));
    TRY(one.read("suffix", mark.suffix));
  }
  return {};
}

/// Nothing: the rating is to be taken away.
Result<std::optional<Rating>> read_rating(const Json& body) {
  TRY_ASSIGN(RequestFields fields, RequestFields::of(body));
  std::optional<int> value;
  TRY(fields.read("value", value));
  if (!value) return std::optional<Rating>();
  Rating rating{.value = *value};
  TRY(fields.read("score", rating.score));
  TRY(fields.read("reasons", rating.reasons));
  TRY(fields.read("comment", rating.comment));
  TRY(fields.read("better", rating.better));
  TRY(read_marks(fields, rating.marks));
  return std::optional<Rating>(std::move(rating));
}

}  // namespace

Result<HttpResponse> post_message(AppCall& call) {
  TRY_ASSIGN(const Json body, parse_json(call.request.body));
  TRY_ASSIGN(NewMessage fields, read_new_message(body, call.id));
  TRY_ASSIGN(const Message message, call.app.store().write([&](Transaction& transaction) {
    return add_message(transaction, call.user.id, std::move(fields));
  }));
  return app_response(message_json(message), 201);
}

Result<HttpResponse> remove_message(AppCall& call) {
  const MessageId id{call.id};
  TRY_ASSIGN(const Message message,
             call.app.store().write([&](Transaction& transaction) -> Result<Message> {
               TRY_ASSIGN(Message found, find_message(transaction, call.user.id, id));
               TRY(delete_message(transaction, call.user.id, id));
               return found;
             }));
  call.app.runner().stop_deleted(call.user.id, message.conversation_id);
  return no_content();
}

Result<HttpResponse> put_rating(AppCall& call) {
  TRY_ASSIGN(const Json body, parse_json(call.request.body));
  TRY_ASSIGN(const std::optional<Rating> wanted, read_rating(body));
  TRY_ASSIGN(const std::optional<Rating> rating,
             call.app.store().write([&](Transaction& transaction) {
               return rate_message(transaction, call.user.id, {call.id}, wanted);
             }));
  return app_response({{"rating", rating_json(rating)}});
}

Result<HttpResponse> post_probe(AppCall& call) {
  TRY_ASSIGN(const RatingProbe probe, call.app.store().write([&](Transaction& transaction) {
    return mark_probe_shown(transaction, call.user.id, {call.id});
  }));
  return app_response({{"probe", probe_json(probe)}});
}

Result<HttpResponse> post_signal(AppCall& call) {
  TRY_ASSIGN(const Json body, parse_json(call.request.body));
  TRY_ASSIGN(RequestFields fields, RequestFields::of(body));
  std::string kind;
  TRY(fields.read("kind", kind));
  const Status noted = call.app.store().write([&](Transaction& transaction) {
    return note_signal(transaction, call.user.id, {call.id}, kind);
  });
  if (!noted) return noted.error();
  return no_content();
}

}  // namespace falconet
