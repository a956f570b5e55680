#include "engine/reasoning_tracker.h"

#include <algorithm>

namespace falconet {
namespace {

bool ends_with(std::span<const TokenId> tokens, std::span<const TokenId> end) {
  return !end.empty() && tokens.size() >= end.size() &&
         std::ranges::equal(tokens.last(end.size()), end);
}

}  // namespace

ReasoningTracker::ReasoningTracker(const ReasoningParams& params)
    : params_(&params), state_(State::BeforeReasoning) {
  if (params.starts_inside) enter();
}

void ReasoningTracker::enter() {
  state_ = State::Inside;
  const bool is_spent = params_->budget && num_reasoning_tokens_ >= *params_->budget;
  if (is_spent && !params_->forced_close.empty()) force(params_->forced_close);
}

void ReasoningTracker::force(const std::vector<TokenId>& tokens) {
  forced_ = tokens;
  state_ = tokens.empty() ? State::Answer : State::Closing;
}

std::optional<TokenId> ReasoningTracker::forced_token() const {
  if (state_ != State::Closing) return std::nullopt;
  return forced_.front();
}

std::optional<TokenId> ReasoningTracker::opening_token() const {
  if (state_ != State::BeforeReasoning || params_->open.size() != 1) return std::nullopt;
  return params_->open.front();
}

void ReasoningTracker::note_bound(TokenId token) {
  const bool is_of_tag = std::ranges::find(params_->open, token) != params_->open.end();
  if (state_ == State::BeforeReasoning && !is_of_tag) state_ = State::Answer;
}

bool ReasoningTracker::observe(std::span<const TokenId> output) {
  switch (state_) {
    case State::BeforeReasoning:
      if (ends_with(output, params_->open)) {
        enter();
      } else if (output.size() >= kOpeningWindow) {
        state_ = State::Answer;
      }
      return false;
    case State::Inside:
      if (ends_with(output, params_->close)) {
        force(params_->separator);
        return false;
      }
      ++num_reasoning_tokens_;
      enter();
      return true;
    case State::Closing:
      forced_ = forced_.subspan(1);
      if (forced_.empty()) state_ = State::Answer;
      return false;
    case State::Answer: return false;
  }
  return false;
}

}  // namespace falconet
