#include "completion/fake_completer.h"

#include <condition_variable>
#include <limits>
#include <mutex>
#include <utility>

namespace falconet {

struct FakeCompleter::State {
  mutable std::mutex mutex;
  std::condition_variable changed;
  std::size_t num_events_allowed = std::numeric_limits<std::size_t>::max();
  std::vector<CompletionRequest> requests;
  std::vector<std::pair<const void*, std::function<void()>>> wakes;
  int num_live = 0;
  int num_cancelled = 0;
};

namespace {

class FakeStream final : public CompletionStream {
 public:
  FakeStream(FakeCompleter::Events events, std::shared_ptr<FakeCompleter::State> state)
      : events_(std::move(events)), state_(std::move(state)) {
    const std::lock_guard lock(state_->mutex);
    ++state_->num_live;
  }

  ~FakeStream() override {
    const std::lock_guard lock(state_->mutex);
    --state_->num_live;
    if (!is_cancelled_ && num_given_ < events_.size()) ++state_->num_cancelled;
    std::erase_if(state_->wakes, [this](const auto& wake) { return wake.first == this; });
  }

  std::optional<Result<CompletionEvent>> next() override {
    std::unique_lock lock(state_->mutex);
    state_->changed.wait(lock, [this] { return num_given_ == events_.size() || may_give(); });
    return give();
  }

  std::optional<Result<CompletionEvent>> try_next() override {
    const std::lock_guard lock(state_->mutex);
    return give();
  }

  bool is_finished() const override {
    const std::lock_guard lock(state_->mutex);
    return num_given_ == events_.size();
  }

  void on_ready(std::function<void()> wake) override {
    const std::lock_guard lock(state_->mutex);
    if (num_given_ < events_.size() && may_give()) wake();
    state_->wakes.emplace_back(this, std::move(wake));
  }

  void cancel() override {
    const std::lock_guard lock(state_->mutex);
    if (is_cancelled_ || num_given_ == events_.size()) return;
    is_cancelled_ = true;
    ++state_->num_cancelled;
    cut_short();
    state_->changed.notify_all();
    for (const auto& [owner, wake] : state_->wakes) {
      if (owner == this) wake();
    }
  }

 private:
  bool may_give() const { return is_cancelled_ || num_given_ < state_->num_events_allowed; }

  std::optional<Result<CompletionEvent>> give() {
    if (num_given_ == events_.size() || !may_give()) return std::nullopt;
    return events_[num_given_++];
  }

  // What is left becomes: each open choice is cancelled, usage follows.
  void cut_short() {
    FakeCompleter::Events rest;
    for (std::size_t i = num_given_; i < events_.size(); ++i) {
      if (!events_[i]) continue;
      if (const auto* finished = std::get_if<ChoiceFinished>(&*events_[i])) {
        rest.emplace_back(
            ChoiceFinished{.choice = finished->choice, .reason = FinishReason::Cancelled});
      }
    }
    rest.emplace_back(CompletionFinished{});
    events_.resize(num_given_, error(ErrorCode::Cancelled, ""));
    std::move(rest.begin(), rest.end(), std::back_inserter(events_));
  }

  FakeCompleter::Events events_;
  std::size_t num_given_ = 0;
  bool is_cancelled_ = false;
  std::shared_ptr<FakeCompleter::State> state_;
};

std::vector<std::string> pieces_of(std::string_view text) {
  std::vector<std::string> pieces;
  while (!text.empty()) {
    const std::size_t space = text.find(' ');
    const std::size_t size = space == std::string_view::npos ? text.size() : space + 1;
    pieces.emplace_back(text.substr(0, size));
    text.remove_prefix(size);
  }
  return pieces;
}

std::string text_of(const Prompt& prompt) {
  if (const auto* text = std::get_if<TextPrompt>(&prompt)) return text->text;
  std::string all;
  if (const auto* chat = std::get_if<ChatPrompt>(&prompt); chat && chat->messages.is_array()) {
    for (const Json& message : chat->messages) {
      all += string_member(message, "content").value_or("") + "\n";
    }
  }
  return all;
}

Completer::RenderedPrompt render_bytes(const Prompt& prompt) {
  if (const auto* tokens = std::get_if<TokenPrompt>(&prompt)) return {"", tokens->ids};
  Completer::RenderedPrompt rendered{.text = text_of(prompt), .ids = {}};
  for (const char c : rendered.text) rendered.ids.push_back({static_cast<unsigned char>(c)});
  return rendered;
}

}  // namespace

FakeCompleter::FakeCompleter(Script script)
    : description{.id = "fake-model",
                  .root = "fake-model.gguf",
                  .max_model_len = 4096,
                  .architecture = "fake",
                  .dtype = "F32",
                  .has_chat_template = true},
      script_(std::move(script)),
      state_(std::make_shared<State>()) {}

FakeCompleter::~FakeCompleter() = default;

FakeCompleter::Events FakeCompleter::events_saying(const CompletionRequest& request,
                                                   std::string_view content,
                                                   std::string_view reasoning) {
  Usage usage;
  usage.num_prompt_tokens = static_cast<std::int64_t>(render_bytes(request.prompt).ids.size());
  usage.seed = request.sampling.seed.value_or(0);
  Events events;
  events.emplace_back(
      PromptAccepted{.num_prompt_tokens = usage.num_prompt_tokens, .seed = usage.seed});
  for (int choice = 0; choice < request.num_choices; ++choice) {
    for (std::string& piece : pieces_of(reasoning)) {
      events.emplace_back(TextDelta{.choice = choice, .reasoning = std::move(piece)});
      ++usage.num_completion_tokens;
      ++usage.num_reasoning_tokens;
    }
    for (std::string& piece : pieces_of(content)) {
      events.emplace_back(TextDelta{.choice = choice, .content = std::move(piece)});
      ++usage.num_completion_tokens;
    }
    events.emplace_back(ChoiceFinished{.choice = choice, .reason = FinishReason::Stop});
  }
  events.emplace_back(CompletionFinished{.usage = usage});
  return events;
}

FakeCompleter::Script FakeCompleter::saying(std::string content, std::string reasoning) {
  return [content = std::move(content),
          reasoning = std::move(reasoning)](const CompletionRequest& request) -> Result<Events> {
    return events_saying(request, content, reasoning);
  };
}

FakeCompleter::Script FakeCompleter::refusing(Error error) {
  return [error = std::move(error)](const CompletionRequest&) -> Result<Events> { return error; };
}

void FakeCompleter::hold_after(std::size_t num_events) {
  const std::lock_guard lock(state_->mutex);
  state_->num_events_allowed = num_events;
}

void FakeCompleter::release() {
  const std::lock_guard lock(state_->mutex);
  state_->num_events_allowed = std::numeric_limits<std::size_t>::max();
  state_->changed.notify_all();
  for (const auto& [owner, wake] : state_->wakes) wake();
}

std::vector<CompletionRequest> FakeCompleter::requests() const {
  const std::lock_guard lock(state_->mutex);
  return state_->requests;
}

int FakeCompleter::num_live_streams() const {
  const std::lock_guard lock(state_->mutex);
  return state_->num_live;
}

int FakeCompleter::num_cancelled_streams() const {
  const std::lock_guard lock(state_->mutex);
  return state_->num_cancelled;
}

Result<std::unique_ptr<CompletionStream>> FakeCompleter::start(CompletionRequest request) {
  {
    const std::lock_guard lock(state_->mutex);
    state_->requests.push_back(request);
  }
  TRY_ASSIGN(Events events, script_(request));
  return std::unique_ptr<CompletionStream>(std::make_unique<FakeStream>(std::move(events), state_));
}

Result<Completer::RenderedPrompt> FakeCompleter::render(const Prompt& prompt) const {
  return render_bytes(prompt);
}

}  // namespace falconet
