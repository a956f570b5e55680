#include "hub/remote_completer.h"

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <thread>
#include <utility>

#include "base/strings.h"
#include "hub/http.h"
#include "hub/remote_chat.h"

namespace falconet {
namespace {

// Where a server does not say how much its model reads: it will say so when it is too much.
constexpr std::int64_t kAssumedContext = 128 * 1024;
// Models that reason on busy servers are silent for long before their first word.
constexpr std::chrono::seconds kSilence{300};
constexpr std::size_t kMaxErrorBytes = 64u << 10;

class RemoteStream final : public CompletionStream {
 public:
  RemoteStream(RemoteEndpoint endpoint, std::string body, std::int64_t num_prompt_tokens)
      : endpoint_(std::move(endpoint)),
        body_(std::move(body)),
        reader_(num_prompt_tokens),
        thread_([this] { fetch(); }) {}

  ~RemoteStream() override {
    on_ready(nullptr);
    interrupt_.raise();
    thread_.join();
  }

  std::optional<Result<CompletionEvent>> next() override {
    std::unique_lock lock(mutex_);
    has_news_.wait(lock, [this] { return !reader_.is_empty() || reader_.has_ended(); });
    return pop();
  }

  std::optional<Result<CompletionEvent>> try_next() override {
    const std::lock_guard lock(mutex_);
    return pop();
  }

  bool is_finished() const override {
    const std::lock_guard lock(mutex_);
    return reader_.has_ended() && reader_.is_empty();
  }

  void on_ready(std::function<void()> wake) override {
    const std::lock_guard lock(mutex_);
    wake_ = std::move(wake);
    if (wake_ && !reader_.is_empty()) wake_();
  }

  void cancel() override {
    is_cancelled_ = true;
    interrupt_.raise();
  }

 private:
  void fetch() {
    FetchRequest request{.url = endpoint_.url + "/chat/completions",
                         .body = std::move(body_),
                         .stall_timeout = kSilence,
                         .interrupt = &interrupt_};
    if (!endpoint_.key.empty()) request.headers.push_back("Authorization: Bearer " + endpoint_.key);
    int status = 0;
    std::string refusal;
    const Status fetched = http_fetch(
        request,
        [&](const HttpHead& head) -> Status {
          status = head.status;
          return {};
        },
        [&](std::string_view piece) -> Status {
          if (status == 200) {
            change([&] { reader_.push(piece); });
          } else if (refusal.size() < kMaxErrorBytes) {
            refusal += piece;
          }
          return {};
        });
    change([&] {
      if (is_cancelled_) {
        reader_.stop();
      } else if (!fetched) {
        reader_.fail(fetched.error());
      } else if (status != 200) {
        reader_.fail(remote_error(endpoint_, status, refusal));
      } else {
        reader_.finish();
      }
    });
  }

  /// What the other server says in an error may quote what it was sent.
  std::optional<Result<CompletionEvent>> pop() {
    auto event = reader_.pop();
    if (event && !*event) event->error().message = endpoint_.without_key(event->error().message);
    return event;
  }

  /// Whatever changes the reader wakes whoever waits for it.
  template <class Change>
  void change(Change&& apply) {
    const std::lock_guard lock(mutex_);
    apply();
    has_news_.notify_all();
    if (wake_) wake_();
  }

  const RemoteEndpoint endpoint_;
  std::string body_;
  HttpInterrupt interrupt_;
  std::atomic<bool> is_cancelled_{false};
  mutable std::mutex mutex_;
  std::condition_variable has_news_;
  RemoteChatReader reader_;
  std::function<void()> wake_;
  std::thread thread_;  // last: it uses all of the others
};

/// What the messages say, one a line; pictures and the like count as nothing.
std::string text_of(const ChatPrompt& prompt) {
  std::string text;
  for (const Json& message : prompt.messages) {
    const Json* content = find_member(message, "content");
    text += string_member(message, "role").value_or("") + ": ";
    if (content != nullptr && content->is_string()) text += content->get<std::string>();
    if (content != nullptr && content->is_array()) {
      for (const Json& part : *content) text += string_member(part, "text").value_or("");
    }
    text += '\n';
  }
  if (prompt.tools.is_array() && !prompt.tools.empty()) text += to_text(prompt.tools);
  return text;
}

}  // namespace

RemoteCompleter::RemoteCompleter(RemoteEndpoint endpoint, const RemoteModel& model)
    : endpoint_(std::move(endpoint)) {
  description_ = {.id = model.id,
                  .root = endpoint_.url,
                  .max_model_len = model.max_model_len > 0 ? model.max_model_len : kAssumedContext,
                  .has_chat_template = true,
                  .remote_host = endpoint_.host(),
                  .remote_name = endpoint_.name};
}

Result<std::unique_ptr<CompletionStream>> RemoteCompleter::start(CompletionRequest request) {
  TRY_ASSIGN(const Json body, remote_chat_request(request, description_.id));
  const std::int64_t num_tokens = estimated_tokens(text_of(std::get<ChatPrompt>(request.prompt)));
  std::unique_ptr<CompletionStream> stream =
      std::make_unique<RemoteStream>(endpoint_, to_text(body), num_tokens);
  return stream;
}

Result<Completer::RenderedPrompt> RemoteCompleter::render(const Prompt& prompt) const {
  const auto* chat = std::get_if<ChatPrompt>(&prompt);
  if (chat == nullptr) {
    return error(ErrorCode::Unsupported, description_.id,
                 " is on another server, which keeps its tokenizer to itself");
  }
  RenderedPrompt rendered{.text = text_of(*chat)};
  rendered.ids.resize(static_cast<std::size_t>(estimated_tokens(rendered.text)));
  return rendered;
}

}  // namespace falconet
