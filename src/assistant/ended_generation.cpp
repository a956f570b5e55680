#include "assistant/ended_generation.h"

#include <algorithm>

#include "store/generations.h"
#include "store/messages.h"

namespace falconet {
namespace {

// Reasoning, content and the end, in this order.
constexpr std::int64_t kNumEvents = 3;

std::string tail(const std::string& text, std::size_t begin) {
  return text.substr(std::min(begin, text.size()));
}

}  // namespace

Result<std::vector<GenerationEvent>> events_of_ended(Transaction& transaction, const UserId& user,
                                                     const GenerationId& id, std::int64_t after) {
  TRY_ASSIGN(const GenerationRecord record, find_generation(transaction, user, id));
  TRY_ASSIGN(Message message, find_message(transaction, user, record.message_id));
  std::vector<GenerationEvent> events;
  if (after <= 0) {
    std::string reasoning = tail(message.reasoning, record.reasoning_begin);
    std::string content = tail(message.content, record.content_begin);
    if (!reasoning.empty()) events.push_back({1, ReasoningEvent{std::move(reasoning)}});
    if (!content.empty()) events.push_back({2, ContentEvent{std::move(content)}});
  }
  // How far a server that went down had come is not known: its readers hear of the end in any case.
  const bool has_heard_end =
      message.status != MessageStatus::Interrupted && after >= record.last_event;
  if (!has_heard_end) {
    const std::int64_t number = std::max({record.last_event, after + 1, kNumEvents});
    events.push_back({number, DoneEvent{std::move(message)}});
  }
  return events;
}

}  // namespace falconet
