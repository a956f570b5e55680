#include "chat/reasoning_parser.h"

#include <algorithm>
#include <utility>

namespace falconet {
namespace {

constexpr std::string_view kNewlines = "\r\n";
constexpr std::string_view kWhitespace = " \t\r\n\f\v";

std::string_view without_leading(std::string_view text, std::string_view set) {
  return text.substr(std::min(text.find_first_not_of(set), text.size()));
}

std::string_view without_trailing(std::string_view text, std::string_view set) {
  const std::size_t last = text.find_last_not_of(set);
  return text.substr(0, last == std::string_view::npos ? 0 : last + 1);
}

bool is_proper_prefix(std::string_view text, std::string_view tag) {
  return text.size() < tag.size() && tag.starts_with(text);
}

// Bytes at the end of the text that could still turn out to be the newlines before a tag and the
// tag's beginning.
std::size_t num_held_back(std::string_view text, std::string_view tag) {
  std::size_t num_of_tag = std::min(text.size(), tag.size() - 1);
  while (!is_proper_prefix(text.substr(text.size() - num_of_tag), tag)) --num_of_tag;
  const std::string_view before = text.substr(0, text.size() - num_of_tag);
  return text.size() - without_trailing(before, kNewlines).size();
}

}  // namespace

ReasoningStart detect_reasoning_start(std::string_view template_source,
                                      std::string_view rendered_prompt, const ReasoningTags& tags) {
  const std::string_view prompt = without_trailing(rendered_prompt, kWhitespace);
  const auto is_known = [&](std::string_view tag) {
    return prompt.ends_with(tag) || template_source.find(tag) != std::string_view::npos;
  };
  if (tags.open.empty() || tags.close.empty()) return ReasoningStart::Off;
  if (prompt.ends_with(tags.open)) return ReasoningStart::InReasoning;
  const bool has_tags = is_known(tags.open) || is_known(tags.close);
  return has_tags ? ReasoningStart::InAnswer : ReasoningStart::Off;
}

ReasoningParser::ReasoningParser(ReasoningStart start, ReasoningTags tags)
    : tags_(std::move(tags)),
      state_(start == ReasoningStart::InReasoning ? State::Reasoning
             : start == ReasoningStart::InAnswer  ? State::Start
                                                  : State::Answer),
      may_open_again_(start == ReasoningStart::InReasoning) {
  // Tags without text could never be told from their absence.
  if (tags_.open.empty() || tags_.close.empty()) state_ = State::Answer;
}

ReasoningDelta ReasoningParser::push(std::string_view text) {
  pending_ += text;
  ReasoningDelta delta;
  if (state_ == State::Start) take_start();
  if (state_ == State::Reasoning) take_reasoning(delta);
  if (state_ == State::BeforeAnswer) take_separator();
  if (state_ == State::Answer) delta.content += std::exchange(pending_, {});
  return delta;
}

ReasoningDelta ReasoningParser::finish() {
  ReasoningDelta delta;
  if (state_ == State::Reasoning) {
    emit_reasoning(pending_, delta);
  } else {
    delta.content = pending_;
  }
  pending_.clear();
  return delta;
}

ReasoningParser::Opening ReasoningParser::take_opening() {
  const std::string_view rest = without_leading(pending_, kWhitespace);
  if (is_proper_prefix(rest, tags_.open)) return Opening::Undecided;
  if (!rest.starts_with(tags_.open)) return Opening::Absent;
  pending_.erase(0, pending_.size() - rest.size() + tags_.open.size());
  return Opening::Taken;
}

void ReasoningParser::take_start() {
  const Opening opening = take_opening();
  if (opening == Opening::Taken) state_ = State::Reasoning;
  if (opening == Opening::Absent) state_ = State::Answer;
}

void ReasoningParser::take_reasoning(ReasoningDelta& delta) {
  if (may_open_again_ && take_opening() == Opening::Undecided) return;
  may_open_again_ = false;
  const std::size_t close = pending_.find(tags_.close);
  if (close != std::string::npos) {
    const std::string_view before = std::string_view(pending_).substr(0, close);
    emit_reasoning(without_trailing(before, kNewlines), delta);
    pending_.erase(0, close + tags_.close.size());
    state_ = State::BeforeAnswer;
    return;
  }
  const std::size_t num_settled = pending_.size() - num_held_back(pending_, tags_.close);
  emit_reasoning(std::string_view(pending_).substr(0, num_settled), delta);
  pending_.erase(0, num_settled);
}

void ReasoningParser::take_separator() {
  pending_.erase(0, pending_.size() - without_leading(pending_, kNewlines).size());
  if (!pending_.empty()) state_ = State::Answer;
}

void ReasoningParser::emit_reasoning(std::string_view text, ReasoningDelta& delta) {
  if (!reasoning_has_begun_) text = without_leading(text, kNewlines);
  reasoning_has_begun_ = reasoning_has_begun_ || !text.empty();
  delta.reasoning += text;
}

}  // namespace falconet
