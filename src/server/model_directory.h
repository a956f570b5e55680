// The models that the server offers by name, while they load and when they are ready.
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "completion/completer.h"

namespace falconet {

/// A name that is offered, with all that is known of the model behind it.
struct ModelListing {
  ModelDescription description = {};  // only the id while it loads
  bool is_ready = false;
  bool is_available = true;  // false: it is on another server, which does not answer at present
};

/// A model of our own, under its first name.
struct ServedModel {
  std::string name = {};
  std::shared_ptr<Completer> completer = {};  // shared with the directory, which may replace it
};

/// A model of another server.
struct OfferedModel {
  std::string name = {};
  std::shared_ptr<Completer> completer = {};
  bool is_available = true;
};

/// Safe to use from any thread. Names are offered from the moment they are announced; requests for
/// a model that still loads are answered with Unavailable, which clients understand as "retry".
class ModelDirectory {
 public:
  /// One model under each of `names`; the first name announced is the default model.
  void announce(const std::vector<std::string>& names);

  /// From now on requests for `names` go to the completer (announced or not). A completer is shared
  /// because requests under way keep it alive after it was replaced.
  void serve(const std::vector<std::string>& names, std::shared_ptr<Completer> completer);

  /// The models of another server, in place of those that the same `source` offered before. Our own
  /// names and those of sources that came earlier stay with whom they were; requests under way keep
  /// their completer alive.
  void offer(const std::string& source, std::vector<OfferedModel> models);

  /// The completer behind a name; an empty name means the default model.
  /// Errors: NotFound (names what there is), Unavailable (still loading).
  Result<std::shared_ptr<Completer>> find(std::string_view name) const;

  /// The name that responses carry: `name` itself, or the default model's for an empty one.
  std::string served_name(std::string_view name) const;

  /// Descriptions of all models that are ready, one for each name, in the order of announcement.
  std::vector<ModelDescription> describe_all() const;

  /// Our own models that are ready, each once.
  std::vector<ServedModel> served() const;

  /// One listing for each name, those that still load included: our own in the order of
  /// announcement, then those of other servers.
  std::vector<ModelListing> list_all() const;

  /// There is a model, and none of them still loads.
  bool is_ready() const;

 private:
  struct Entry {
    std::string name;
    std::shared_ptr<Completer> completer;  // null while loading
  };

  struct Source {
    std::string name;
    std::vector<OfferedModel> models;
  };

  Entry* entry(std::string_view name);
  const OfferedModel* offered(std::string_view name) const;

  mutable std::mutex mutex_;
  std::vector<Entry> entries_;
  std::vector<Source> sources_;  // in the order of their first offer
};

}  // namespace falconet
