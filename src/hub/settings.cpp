#include "hub/settings.h"

#include <cstdlib>

#include "base/file.h"
#include "base/strings.h"

namespace falconet {
namespace {

constexpr std::size_t kMaxTokenBytes = 4096;

std::string environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : std::string(trim(value));
}

std::string endpoint(const char* name, std::string otherwise) {
  std::string value = environment(name);
  if (value.empty()) return otherwise;
  while (value.ends_with('/')) value.pop_back();
  return value.find("://") == std::string::npos ? cat("https://", value) : value;
}

std::filesystem::path home_folder() {
  const std::string home = environment("HOME");
  return home.empty() ? std::filesystem::path(".") : std::filesystem::path(home);
}

std::string stored_huggingface_token() {
  const std::string hf_home = environment("HF_HOME");
  const auto folder =
      hf_home.empty() ? home_folder() / ".cache/huggingface" : std::filesystem::path(hf_home);
  const auto text = read_file(folder / "token", kMaxTokenBytes);
  return text ? std::string(trim(*text)) : "";
}

}  // namespace

std::filesystem::path user_data_folder() {
  if (const std::string home = environment("FALCONET_HOME"); !home.empty()) return home;
  const std::string data = environment("XDG_DATA_HOME");
  const auto base = data.empty() ? home_folder() / ".local/share" : std::filesystem::path(data);
  return base / "falconet";
}

HubSettings HubSettings::from_environment() {
  const HubSettings defaults;
  const std::string token = environment("HF_TOKEN");
  return {.huggingface_endpoint = endpoint("HF_ENDPOINT", defaults.huggingface_endpoint),
          .huggingface_token = token.empty() ? stored_huggingface_token() : token,
          .modelscope_endpoint = endpoint("MODELSCOPE_ENDPOINT", defaults.modelscope_endpoint),
          .modelscope_token = environment("MODELSCOPE_API_TOKEN"),
          .models = user_data_folder() / "models"};
}

}  // namespace falconet
