#include "server/app_json.h"

#include "store/ratings.h"

namespace falconet {
namespace {

template <class Tag>
Json id_json(const std::optional<RecordId<Tag>>& id) {
  return id ? Json(id->value) : Json(nullptr);
}

Json text_json(const std::optional<std::string>& text) {
  return text ? Json(*text) : Json(nullptr);
}

Json time_json(const std::optional<std::int64_t>& time) {
  return time ? Json(*time) : Json(nullptr);
}

Json ledger_json(const std::optional<Ledger>& maybe) {
  if (!maybe) return nullptr;
  const Ledger& ledger = *maybe;
  Json evicted = Json::array();
  for (const MessageId& id : ledger.evicted_message_ids) evicted.push_back(id.value);
  return {{"id", ledger.id.value},
          {"model", ledger.model},
          {"prompt_tokens", ledger.prompt_tokens},
          {"reasoning_tokens", ledger.reasoning_tokens},
          {"answer_tokens", ledger.answer_tokens},
          {"cached_tokens", ledger.cached_tokens},
          {"context_max", ledger.context_max},
          {"evicted_message_ids", std::move(evicted)},
          {"turn", ledger.turn},
          {"queue_ms", ledger.queue_ms},
          {"prefill_ms", ledger.prefill_ms},
          {"decode_ms", ledger.decode_ms},
          {"tokens_per_second", ledger.tokens_per_second()},
          {"finish_reason", text_json(ledger.finish_reason)},
          {"seed", ledger.seed},
          {"arm", ledger.arm},
          {"parameters", ledger.parameters}};
}

Json comparison_json(const std::optional<MessageComparison>& comparison) {
  if (!comparison) return nullptr;
  return {{"id", comparison->id.value},
          {"side", pair_choice_name(comparison->is_left ? PairChoice::Left : PairChoice::Right)},
          {"choice", comparison->choice ? Json(pair_choice_name(*comparison->choice)) : Json()},
          {"arm", comparison->arm.empty() ? Json() : Json(comparison->arm)}};
}

struct EventForm {
  const char* name;
  Json data;
};

EventForm form_of(const GenerationEventBody& body) {
  if (const auto* queued = std::get_if<QueuedEvent>(&body)) {
    return {"queued", {{"position", queued->position}}};
  }
  if (const auto* reading = std::get_if<ReadingEvent>(&body)) {
    return {"reading", {{"done", reading->num_done}, {"total", reading->num_tokens}}};
  }
  if (const auto* reasoning = std::get_if<ReasoningEvent>(&body)) {
    return {"reasoning", {{"text", reasoning->text}}};
  }
  if (const auto* content = std::get_if<ContentEvent>(&body)) {
    return {"content", {{"text", content->text}}};
  }
  if (const auto* speed = std::get_if<SpeedEvent>(&body)) {
    return {"speed",
            {{"tokens", speed->num_tokens}, {"tokens_per_second", speed->tokens_per_second}}};
  }
  if (const auto* title = std::get_if<TitleEvent>(&body))
    return {"title", {{"title", title->title}}};
  return {"done", {{"message", message_json(std::get<DoneEvent>(body).message)}}};
}

}  // namespace

Json conversation_json(const Conversation& conversation) {
  return {{"id", conversation.id.value},
          {"title", conversation.title},
          {"is_title_auto", conversation.is_title_auto},
          {"folder_id", id_json(conversation.folder_id)},
          {"tags", conversation.tags},
          {"model", text_json(conversation.model)},
          {"parameters", conversation.parameters},
          {"leaf_id", id_json(conversation.leaf_id)},
          {"is_pinned", conversation.is_pinned},
          {"is_archived", conversation.is_archived},
          {"is_unread", conversation.is_unread},
          {"is_temporary", conversation.is_temporary},
          {"created", conversation.created},
          {"changed", conversation.changed}};
}

Json message_json(const Message& message) {
  Json attachments = Json::array();
  for (const Attachment& attachment : message.attachments) {
    attachments.push_back({{"name", attachment.name}, {"text", attachment.text}});
  }
  Json failure = nullptr;
  if (message.error) failure = {{"message", *message.error}};
  return {{"id", message.id.value},
          {"conversation_id", message.conversation_id.value},
          {"parent_id", id_json(message.parent_id)},
          {"role", message.role},
          {"content", message.content},
          {"reasoning", message.reasoning},
          {"status", message_status_name(message.status)},
          {"error", std::move(failure)},
          {"attachments", std::move(attachments)},
          {"created", message.created},
          {"generation", ledger_json(message.ledger)},
          {"rating", rating_json(message.rating)},
          {"probe", probe_json(message.probe)},
          {"comparison", comparison_json(message.comparison)}};
}

Json probe_json(const std::optional<RatingProbe>& probe) {
  if (!probe) return nullptr;
  return {{"probability", probe->probability},
          {"shown", time_json(probe->shown)},
          {"answered", time_json(probe->answered)}};
}

Json rating_json(const std::optional<Rating>& rating) {
  if (!rating) return nullptr;
  return {{"value", rating->value},
          {"score", rating->score ? Json(*rating->score) : Json()},
          {"reasons", rating->reasons},
          {"comment", rating->comment},
          {"marks", marks_json(rating->marks)},
          {"better", rating->better},
          {"changed", rating->changed}};
}

Json folder_json(const Folder& folder) {
  return {{"id", folder.id.value},
          {"name", folder.name},
          {"parent_id", id_json(folder.parent_id)},
          {"position", folder.position}};
}

Json prompt_json(const SavedPrompt& prompt) {
  return {{"id", prompt.id.value},
          {"name", prompt.name},
          {"text", prompt.text},
          {"changed", prompt.changed}};
}

Json generation_json(const GenerationRecord& record) {
  return {{"id", record.id.value},
          {"conversation_id", record.conversation_id.value},
          {"message_id", record.message_id.value},
          {"state", generation_state_name(record.state)},
          {"last_event", record.last_event}};
}

Json snippet_json(const std::vector<SnippetPart>& snippet) {
  Json parts = Json::array();
  for (const SnippetPart& part : snippet) {
    parts.push_back({{"text", part.text}, {"is_hit", part.is_hit}});
  }
  return parts;
}

Json user_json(const User& user) {
  return {{"id", user.id.value},
          {"name", user.name},
          {"display_name", user.display_name},
          {"role", user.role},
          {"groups", user.groups},
          {"must_change_password", user.must_change_password},
          {"has_totp", user.has_totp}};
}

Json account_json(const ListedAccount& account) {
  Json json = user_json(account.user);
  json["is_disabled"] = account.user.is_disabled;
  json["created"] = account.user.created;
  json["last_seen"] = time_json(account.user.last_seen);
  json["num_conversations"] = account.num_conversations;
  return json;
}

Json user_session_json(const UserSession& session, bool is_current) {
  return {{"id", session.id.value},
          {"created", session.created},
          {"last_seen", session.last_seen},
          {"user_agent", session.user_agent},
          {"is_current", is_current}};
}

Json invitation_json(const Invitation& invitation) {
  return {{"id", invitation.id.value},
          {"role", invitation.role},
          {"created", invitation.created},
          {"expires", time_json(invitation.expires)}};
}

Json audit_event_json(const AuditEvent& event) {
  return {{"id", event.id.value},
          {"at", event.at},
          {"actor", text_json(event.actor)},
          {"action", event.action},
          {"subject", text_json(event.subject)},
          {"address", event.address},
          {"detail", event.detail}};
}

std::string generation_event_text(const GenerationEvent& event) {
  const EventForm form = form_of(event.body);
  return cat("id: ", event.number, "\nevent: ", form.name, "\ndata: ", to_text(form.data), "\n\n");
}

}  // namespace falconet
