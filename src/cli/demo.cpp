// falconet demo: a server to look at, with an account and conversations, gone when it ends.
#include <unistd.h>

#include <chrono>
#include <memory>
#include <ostream>

#include "cli/claimed_store.h"
#include "cli/command_line.h"
#include "cli/demo_data.h"
#include "cli/log_sink.h"
#include "cli/serve.h"
#include "server/credentials.h"
#include "store/accounts.h"

namespace falconet {
namespace {

constexpr const char* kDemoUser = "demo";
constexpr std::size_t kPasswordCharacters = 12;

/// A folder of our own below the system's for such things; deleted with everything in it.
class PassingFolder {
 public:
  static Result<PassingFolder> create() {
    std::error_code failure;
    const auto below = std::filesystem::temp_directory_path(failure);
    std::string pattern = (failure ? "/tmp" : below) / "falconet-demo-XXXXXX";
    if (::mkdtemp(pattern.data()) == nullptr) {
      return error(ErrorCode::Io, "no folder can be made in ", below.native());
    }
    return PassingFolder(pattern);
  }
  ~PassingFolder() {
    std::error_code ignored;
    if (!path_.empty()) std::filesystem::remove_all(path_, ignored);
  }
  PassingFolder(PassingFolder&& other) noexcept : path_(std::exchange(other.path_, {})) {}
  PassingFolder& operator=(PassingFolder&&) = delete;

  const std::filesystem::path& path() const { return path_; }

 private:
  explicit PassingFolder(std::filesystem::path path) : path_(std::move(path)) {}

  std::filesystem::path path_;
};

Status fill(const std::filesystem::path& path, const std::string& password) {
  const SystemClock clock;
  TRY_ASSIGN(const std::unique_ptr<ClaimedStore> kept,
             ClaimedStore::open({.folder = path.string()}, clock));
  TRY_ASSIGN(const std::string hash, hash_password(password, PasswordCost{}));
  return kept->store().write([&](Transaction& transaction) -> Status {
    TRY_ASSIGN(const User user, create_account(transaction, {.name = kDemoUser,
                                                             .password_hash = hash,
                                                             .role = kAdministrator,
                                                             .display_name = "Demo"}));
    TRY(import_document(transaction, user.id, demo_document(transaction.now())));
    return {};
  });
}

Status run_demo(ServeFlags flags, const Streams& io) {
  TRY_ASSIGN(const PassingFolder folder, PassingFolder::create());
  const std::string password = new_secret().substr(0, kPasswordCharacters);
  TRY(fill(folder.path(), password));
  flags.kept.folder = folder.path().string();
  flags.has_accounts = true;
  io.out << "Log in as " << kDemoUser << " with the password " << password
         << "\nAll of it is deleted when the server ends.\n"
         << std::flush;
  return serve(flags, io);
}

}  // namespace

void add_demo_command(CommandParser& parser) {
  auto flags = std::make_shared<ServeFlags>();
  CommandLine& command = parser.add(
      "demo", "Use", "A server to look at: an account, conversations; nothing of it is kept");
  command.option("model", flags->model, "As of serve");
  command.option("--host", flags->host, "Name or address to listen on").shows_default();
  command.option("--port", flags->port, "0: the system chooses").shows_default();
  command.runs([flags](const Streams& io) {
    install_log_sink(LogLevel::Info);
    return run_demo(*flags, io);
  });
}

}  // namespace falconet
