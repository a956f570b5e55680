#include "chat/reasoning_parser.h"

#include <algorithm>
#include <utility>

namespace falconet {
namespace {

struct KnownForm {
  std::string_view open;
  std::string_view close;
};

// From the chat templates that the makers publish with their models.
constexpr KnownForm kKnownForms[] = {
    {"<think>", "</think>"},                     // DeepSeek-R1, Qwen3, QwQ, GLM, SmolLM3, Spark
    {"[THINK]", "[/THINK]"},                     // Mistral: Magistral
    {"<seed:think>", "</seed:think>"},           // ByteDance: Seed-OSS
    {"<|START_THINKING|>", "<|END_THINKING|>"},  // Cohere: Command A Reasoning
    {"◁think▷", "◁/think▷"},                     // Moonshot: Kimi-VL Thinking
};

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

std::optional<ReasoningTags> find_reasoning_tags(
    std::string_view template_source, FunctionRef<bool(std::string_view)> is_in_vocabulary) {
  const auto stands_in_template = [&](const KnownForm& form) {
    return template_source.find(form.close) != std::string_view::npos;
  };
  const auto is_spoken = [&](const KnownForm& form) {
    return is_in_vocabulary(form.open) && is_in_vocabulary(form.close);
  };
  const auto* found = std::ranges::find_if(kKnownForms, stands_in_template);
  if (found == std::end(kKnownForms)) found = std::ranges::find_if(kKnownForms, is_spoken);
  if (found == std::end(kKnownForms)) return std::nullopt;
  return ReasoningTags{std::string(found->open), std::string(found->close)};
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
