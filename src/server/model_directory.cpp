#include "server/model_directory.h"

#include <algorithm>
#include <set>
#include <utility>

namespace falconet {

ModelDirectory::Entry* ModelDirectory::entry(std::string_view name) {
  const auto found = std::find_if(entries_.begin(), entries_.end(),
                                  [&](const Entry& entry) { return entry.name == name; });
  return found == entries_.end() ? nullptr : &*found;
}

void ModelDirectory::announce(const std::vector<std::string>& names) {
  const std::lock_guard lock(mutex_);
  for (const std::string& name : names) {
    if (entry(name) == nullptr) entries_.push_back({name, nullptr});
  }
}

void ModelDirectory::serve(const std::vector<std::string>& names,
                           std::shared_ptr<Completer> completer) {
  const std::lock_guard lock(mutex_);
  for (const std::string& name : names) {
    if (entry(name) == nullptr) entries_.push_back({name, nullptr});
    entry(name)->completer = completer;
  }
}

void ModelDirectory::offer(const std::string& source, std::vector<OfferedModel> models) {
  const std::lock_guard lock(mutex_);
  const auto found = std::ranges::find(sources_, source, &Source::name);
  if (found != sources_.end()) {
    found->models = std::move(models);
    if (found->models.empty()) sources_.erase(found);
  } else if (!models.empty()) {
    sources_.push_back({source, std::move(models)});
  }
}

const OfferedModel* ModelDirectory::offered(std::string_view name) const {
  for (const Source& source : sources_) {
    const auto found = std::ranges::find(source.models, name, &OfferedModel::name);
    if (found != source.models.end()) return &*found;
  }
  return nullptr;
}

Result<std::shared_ptr<Completer>> ModelDirectory::find(std::string_view name) const {
  const std::lock_guard lock(mutex_);
  std::vector<std::string> names;
  for (const Entry& entry : entries_) {
    if (name.empty() || entry.name == name) {
      if (entry.completer == nullptr) {
        return error(ErrorCode::Unavailable, "the model '", entry.name,
                     "' is still loading; try again in a few seconds");
      }
      return entry.completer;
    }
    names.push_back(entry.name);
  }
  if (name.empty()) return error(ErrorCode::Unavailable, "no model is served yet");
  if (const OfferedModel* model = offered(name)) return model->completer;
  return error(ErrorCode::NotFound, "model: '", name, "' does not exist; this server has ",
               names.empty() ? "none" : join(names, ", "));
}

std::string ModelDirectory::served_name(std::string_view name) const {
  const std::lock_guard lock(mutex_);
  if (!name.empty() || entries_.empty()) return std::string(name);
  return entries_.front().name;
}

std::vector<ModelDescription> ModelDirectory::describe_all() const {
  std::vector<ModelDescription> descriptions;
  for (ModelListing& listing : list_all()) {
    if (listing.is_ready) descriptions.push_back(std::move(listing.description));
  }
  return descriptions;
}

std::vector<ServedModel> ModelDirectory::served() const {
  const std::lock_guard lock(mutex_);
  std::vector<ServedModel> models;
  for (const Entry& entry : entries_) {
    const bool is_known =
        std::ranges::find(models, entry.completer, &ServedModel::completer) != models.end();
    if (entry.completer != nullptr && !is_known) models.push_back({entry.name, entry.completer});
  }
  return models;
}

std::vector<ModelListing> ModelDirectory::list_all() const {
  std::vector<Entry> entries;
  std::vector<Source> sources;
  {
    const std::lock_guard lock(mutex_);
    entries = entries_;
    sources = sources_;
  }
  std::vector<ModelListing> listings;
  for (const Entry& entry : entries) {
    ModelListing& listing = listings.emplace_back();
    listing.is_ready = entry.completer != nullptr;
    if (listing.is_ready) listing.description = entry.completer->describe();
    listing.description.id = entry.name;
  }
  std::set<std::string_view> names;
  for (const Entry& entry : entries) names.insert(entry.name);
  for (const Source& source : sources) {
    for (const OfferedModel& model : source.models) {
      if (!names.insert(model.name).second) continue;
      listings.push_back({model.completer->describe(), true, model.is_available});
    }
  }
  return listings;
}

bool ModelDirectory::is_ready() const {
  const std::lock_guard lock(mutex_);
  return !entries_.empty() && std::all_of(entries_.begin(), entries_.end(), [](const Entry& entry) {
    return entry.completer != nullptr;
  });
}

}  // namespace falconet
