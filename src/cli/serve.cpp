// falconet serve: a model behind OpenAI's API and the page, until a signal ends it.
#include "cli/serve.h"

#include <memory>
#include <optional>
#include <ostream>
#include <thread>

#include "base/log.h"
#include "cli/claimed_store.h"
#include "cli/command_line.h"
#include "cli/log_sink.h"
#include "cli/model_argument.h"
#include "cli/serve_flags.h"
#include "cli/spelling.h"
#include "cli/stop_signals.h"
#include "hub/settings.h"
#include "server/model_directory.h"

namespace falconet {
namespace {

using LoadedModel = Result<std::unique_ptr<LocalCompleter>>;

/// Loads a model on a thread of its own, so that the server answers /health meanwhile.
class Loader {
 public:
  Loader(const std::filesystem::path& path, LocalModelOptions options,
         std::function<void(LoadedModel&)> when_done)
      : thread_([path, options = std::move(options), when_done = std::move(when_done)]() mutable {
          LoadedModel model = open_local_model(path, std::move(options));
          when_done(model);
        }) {}

 private:
  std::jthread thread_;
};

void announce_ready(const LocalCompleter& model, const std::string& url, const Streams& io) {
  const ModelDescription description = model.describe();
  log_info(description.id, ": ", description.architecture, ", ",
           (description.num_parameters + 500'000) / 1'000'000, " million weights in ",
           description.dtype, ", context of ", description.max_model_len, " tokens");
  if (!description.has_chat_template) {
    log_warning(description.id, " has no chat template: it completes text, but cannot chat");
  }
  io.out << "Falconet is ready: open " << url << " (API: " << url << "/v1)\n" << std::flush;
}

/// A place that was asked for, or that has to keep accounts, must be usable. Without the usual
/// folder there are no conversations, but the API does not depend on it: a second server, or a
/// machine without a home, serves as ever.
Result<std::unique_ptr<ClaimedStore>> open_kept(const ServePlan& plan, const Clock& clock) {
  auto opened = ClaimedStore::open(plan.kept, clock);
  const bool is_wanted = !plan.kept.folder.empty() || !plan.kept.database.empty();
  if (opened || is_wanted || plan.server.has_accounts) return opened;
  switch (opened.error().code) {
    case ErrorCode::AlreadyExists:
    case ErrorCode::PermissionDenied:
    case ErrorCode::NotFound:
    case ErrorCode::Io:
      log_warning("conversations are not kept: ", opened.error().message);
      return std::unique_ptr<ClaimedStore>();
    default: return opened;
  }
}

/// What is fetched at a user's wish is loaded like the model named on the command line.
ModelOpener opener(const LocalModelOptions& options) {
  return [options](const std::filesystem::path& path,
                   const std::string& name) -> Result<std::shared_ptr<Completer>> {
    LocalModelOptions own = options;
    own.served_name = name;
    TRY_ASSIGN(std::shared_ptr<Completer> model, open_local_model(path, std::move(own)));
    return model;
  };
}

struct Session {
  SystemClock clock;
  std::unique_ptr<ClaimedStore> kept;  // null: conversations are not kept
  ModelDirectory models;               // these outlive the server
  std::unique_ptr<Server> server;
  std::shared_ptr<LocalCompleter> model;  // null until it is loaded
};

Status serve_until_stopped(const ServePlan& plan, const FoundModel& found, const Streams& io) {
  Session session;
  const std::vector<std::string> names =
      plan.served_names.empty() ? std::vector<std::string>{found.name} : plan.served_names;
  session.models.announce(names);
  TRY_ASSIGN(StopSignals signals, StopSignals::create());
  TRY_ASSIGN(session.kept, open_kept(plan, session.clock));
  TRY_ASSIGN(session.server,
             Server::start(plan.server, session.models,
                           session.kept == nullptr ? nullptr : &session.kept->store()));
  log_info("listening at ", session.server->url(), "; loading ",
           found.origin.empty() ? found.path.string() : found.origin);

  Status loading;
  {
    LocalModelOptions options = plan.model;
    options.served_name = names.front();
    options.origin = found.origin;
    const Loader loader(found.path, std::move(options), [&](LoadedModel& model) {
      if (!model) {
        loading = std::move(model).error();
        signals.wake();
        return;
      }
      session.model = *std::move(model);
      session.models.serve(names, session.model);
      announce_ready(*session.model, session.server->url(), io);
    });
    signals.wait();
  }  // a loader that still runs is waited for: there is no way to leave a half-read model
  if (session.model != nullptr) {
    log_info("stopping: running answers get ", plan.shutdown_timeout.count(), " ms");
  }
  session.server->drain(session.model == nullptr ? std::chrono::milliseconds(0)
                                                 : plan.shutdown_timeout);
  return loading;
}

/// A flag that is nearly one of ours is a slip of the finger, and not one that vLLM has and we do
/// not know.
std::optional<std::string> judge_unknown(const std::vector<std::string>& words,
                                         const std::vector<std::string>& known, ServeFlags& flags) {
  for (const std::string& word : words) {
    if (!word.starts_with("-")) continue;
    const std::string name = word.substr(0, word.find('='));
    if (const auto near = nearest_spelling(name, known)) {
      return cat(name, " is unknown; did you mean ", *near, "?");
    }
    flags.ignored.push_back(name);
  }
  return std::nullopt;
}

}  // namespace

Status serve(const ServeFlags& flags, const Streams& io) {
  TRY_ASSIGN(ServePlan plan, plan_serve(flags));
  plan.server.version = FALCONET_VERSION;
  plan.server.open_model = opener(plan.model);
  plan.server.endpoints = remote_endpoints_from_environment();
  for (const std::string& remark : plan.remarks) log_info(remark);
  for (const std::string& warning : plan.warnings) log_warning(warning);
  TRY_ASSIGN(const FoundModel found, find_model(flags.model, io));
  if (!plan.draft_model.empty()) {
    // For this model alone: what is opened later has a vocabulary of its own.
    TRY_ASSIGN(const FoundModel drafting, find_model(plan.draft_model, io));
    plan.model.draft_model = drafting.path;
  }
  return serve_until_stopped(plan, found, io);
}

void add_serve_command(CommandParser& parser) {
  auto flags = std::make_shared<ServeFlags>();
  CommandLine& command =
      parser.add("serve", "Use", "OpenAI's API and a chat page, for a model on this machine");
  flags->declare(command);
  command.takes_extras([flags](const auto& words, const auto& names) {
    return judge_unknown(words, names, *flags);
  });
  command.runs([flags](const Streams& io) {
    install_log_sink(LogLevel::Info);
    return serve(*flags, io);
  });
}

}  // namespace falconet
