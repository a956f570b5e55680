// What every handler works with.
#pragma once

#include <string>

#include "server/http_message.h"
#include "server/model_directory.h"

namespace boost::asio {
class thread_pool;
}

namespace falconet {

class App;

struct Service {
  ModelDirectory& models;
  std::string version;
  /// For what would hold up the IO thread: parsing, templates, tokenizing.
  boost::asio::thread_pool& workers;
  App* app = nullptr;  // what the page's API works with; null: conversations are not kept
};

}  // namespace falconet
