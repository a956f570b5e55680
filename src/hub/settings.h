// Where models come from and whose they are: the environment's settings of the hub.
#pragma once

#include <filesystem>
#include <string>

namespace falconet {

/// What belongs to Falconet's user: $FALCONET_HOME, or ~/.local/share/falconet ($XDG_DATA_HOME).
std::filesystem::path user_data_folder();

struct HubSettings {
  std::string huggingface_endpoint = "https://huggingface.co";  // HF_ENDPOINT
  std::string huggingface_token = {};  // HF_TOKEN, or the file that `hf auth login` writes
  std::string modelscope_endpoint = "https://modelscope.cn";  // MODELSCOPE_ENDPOINT
  std::string modelscope_token = {};                          // MODELSCOPE_API_TOKEN
  std::filesystem::path models = {};                          // user_data_folder()/models

  static HubSettings from_environment();
};

}  // namespace falconet
