// Where models come from and whose they are: the environment's settings of the hub.
#pragma once

#include <filesystem>
#include <string>

namespace falconet {

struct HubSettings {
  std::string huggingface_endpoint = "https://huggingface.co";  // HF_ENDPOINT
  std::string huggingface_token = {};  // HF_TOKEN, or the file that `hf auth login` writes
  std::string modelscope_endpoint = "https://modelscope.cn";  // MODELSCOPE_ENDPOINT
  std::string modelscope_token = {};                          // MODELSCOPE_API_TOKEN
  std::filesystem::path models = {};  // $FALCONET_HOME/models, ~/.local/share/falconet/models

  static HubSettings from_environment();
};

}  // namespace falconet
