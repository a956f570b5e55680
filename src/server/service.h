// What every handler works with.
#pragma once

#include <string>

#include "server/http_message.h"
#include "server/model_directory.h"

namespace boost::asio {
class thread_pool;
}

namespace falconet {

class Access;
class App;
class ClientDigests;
class ModelFetcher;
class RemoteModels;

struct Service {
  ModelDirectory& models;
  std::string version;
  /// For what would hold up the IO thread: parsing, templates, tokenizing.
  boost::asio::thread_pool& workers;
  /// For what waits for other servers.
  boost::asio::thread_pool& outside;
  /// One thread for hashing passwords: one at a time bounds the memory, and a crowd that logs in
  /// holds up nobody else.
  boost::asio::thread_pool& hasher;
  const Access& access;
  const ClientDigests& clients;
  RemoteModels& remote_models;
  App* app = nullptr;  // what the page's API works with; null: conversations are not kept
  ModelFetcher* fetcher = nullptr;  // null: the server fetches no models
};

}  // namespace falconet
