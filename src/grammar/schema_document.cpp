#include "grammar/schema_document.h"

#include <algorithm>
#include <array>

#include "base/percent_encoding.h"
#include "base/strings.h"

namespace falconet {
namespace {

constexpr std::array<std::string_view, 12> kSingle = {"additionalProperties",
                                                      "propertyNames",
                                                      "items",
                                                      "contains",
                                                      "not",
                                                      "if",
                                                      "then",
                                                      "else",
                                                      "unevaluatedProperties",
                                                      "unevaluatedItems",
                                                      "additionalItems",
                                                      "contentSchema"};
constexpr std::array<std::string_view, 5> kLists = {"allOf", "anyOf", "oneOf", "prefixItems",
                                                    "items"};
constexpr std::array<std::string_view, 6> kMaps = {
    "properties", "patternProperties", "$defs", "definitions", "dependentSchemas", "dependencies"};

const Json* find_by_pointer(const Json& root, std::string_view pointer) {
  const Json* at = &root;
  if (pointer.empty()) return at;
  for (const std::string_view part : split(pointer.substr(1), '/')) {
    const std::string token = replace_all(replace_all(part, "~1", "/"), "~0", "~");
    if (at->is_object()) {
      at = find_member(*at, token);
    } else {
      const auto number = parse_number<std::size_t>(token);
      const bool is_there = at->is_array() && number && *number < at->size();
      at = is_there ? &(*at)[*number] : nullptr;
    }
    if (at == nullptr) return nullptr;
  }
  return at;
}

std::string without_dots(std::string_view path) {
  std::vector<std::string> kept;
  const auto parts = split(path, '/');
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const bool is_last = i + 1 == parts.size();
    if (parts[i] == "..") {
      if (kept.size() > 1) kept.pop_back();
      if (is_last) kept.emplace_back();
    } else if (parts[i] != ".") {
      kept.emplace_back(parts[i]);
    } else if (is_last) {
      kept.emplace_back();
    }
  }
  return join(kept, "/");
}

/// "scheme://authority" or "scheme:" of an absolute URI; empty for a relative one.
std::string_view origin_of(std::string_view uri) {
  const std::size_t colon = uri.find(':');
  if (colon == std::string_view::npos || uri.substr(0, colon).find('/') != std::string_view::npos) {
    return {};
  }
  if (!uri.substr(colon + 1).starts_with("//")) return uri.substr(0, colon + 1);
  return uri.substr(0, std::min(uri.find('/', colon + 3), uri.size()));
}

}  // namespace

std::string escape_pointer(std::string_view token) {
  return replace_all(replace_all(token, "~", "~0"), "/", "~1");
}

std::string resolve_uri(std::string_view base, std::string_view reference) {
  if (!origin_of(reference).empty()) return std::string(reference);
  if (reference.empty()) return std::string(base.substr(0, base.find('#')));
  base = base.substr(0, base.find('#'));
  if (reference.front() == '#') return cat(base, reference);
  const std::string_view origin = origin_of(base);
  std::string_view path = base.substr(origin.size());
  path = path.substr(0, path.find('?'));
  const std::size_t tail = std::min(reference.find_first_of("?#"), reference.size());
  const std::string_view reference_path = reference.substr(0, tail);
  if (reference_path.starts_with("/")) {
    return cat(origin, without_dots(reference_path), reference.substr(tail));
  }
  const std::size_t slash = path.rfind('/');
  const std::string_view folder =
      slash == std::string_view::npos ? std::string_view() : path.substr(0, slash + 1);
  return cat(origin, without_dots(cat(folder, reference_path)), reference.substr(tail));
}

Result<SchemaDocument> SchemaDocument::read(const Json& root) {
  SchemaDocument document;
  document.root_ = &root;
  if (const auto dialect = string_member(root, "$schema")) {
    for (const char* name : {"draft-03", "draft-04", "draft-06", "draft-07"}) {
      const bool is_it = dialect->find(name) != std::string::npos;
      document.ignores_siblings_ |= is_it;
      if (is_it) document.knows_conditions_ = std::string_view(name) == "draft-07";
    }
  }
  document.resources_.emplace("", &root);
  TRY(document.index(root, "", "", 0));
  return document;
}

/// The base URI inside `schema`, which may begin a resource of its own.
std::string SchemaDocument::enter_resource(const Json& schema, const std::string& base) {
  std::string inside = base;
  auto id = string_member(schema, "$id");
  if (!id && ignores_siblings_) id = string_member(schema, "id");
  const bool is_hidden = ignores_siblings_ && schema.contains("$ref");
  if (id && !is_hidden) {
    const std::string uri = resolve_uri(base, *id);
    const std::size_t hash = uri.find('#');
    if (hash == std::string::npos || hash + 1 == uri.size()) {
      inside = uri.substr(0, hash);
      resources_.emplace(inside, &schema);
    } else {
      anchors_.emplace(uri, &schema);  // draft 7 names anchors so
    }
  }
  for (const char* keyword : {"$anchor", "$dynamicAnchor"}) {
    const auto name = string_member(schema, keyword);
    if (!name) continue;
    anchors_.emplace(cat(inside, "#", *name), &schema);
    if (std::string_view(keyword) == "$dynamicAnchor") dynamic_anchors_.emplace(*name, &schema);
  }
  return inside;
}

Status SchemaDocument::index(const Json& schema, const std::string& pointer,
                             const std::string& base, int depth) {
  if (!schema.is_object() && !schema.is_boolean()) return {};
  if (depth > kMaxDepth) {
    return error(ErrorCode::TooLarge, pointer, ": schemas nest deeper than ", kMaxDepth);
  }
  if (places_.size() >= kMaxSubschemas) {
    return error(ErrorCode::TooLarge, "the schema has more than ", kMaxSubschemas, " subschemas");
  }
  if (schema.is_boolean()) {
    places_.emplace(&schema, Place{pointer, base});
    return {};
  }
  const std::string inside = enter_resource(schema, base);
  places_.emplace(&schema, Place{pointer, inside});
  return index_members(schema, pointer, inside, depth + 1);
}

Status SchemaDocument::index_members(const Json& schema, const std::string& pointer,
                                     const std::string& base, int depth) {
  for (const auto& [key, value] : schema.items()) {
    const std::string here = cat(pointer, "/", escape_pointer(key));
    const bool is_single = std::find(kSingle.begin(), kSingle.end(), key) != kSingle.end();
    const bool is_list = std::find(kLists.begin(), kLists.end(), key) != kLists.end();
    const bool is_map = std::find(kMaps.begin(), kMaps.end(), key) != kMaps.end();
    if (is_single && !value.is_array()) TRY(index(value, here, base, depth));
    if (is_list && value.is_array()) {
      for (std::size_t i = 0; i < value.size(); ++i) {
        TRY(index(value[i], cat(here, "/", i), base, depth));
      }
    }
    if (!is_map || !value.is_object()) continue;
    for (const auto& [name, member] : value.items()) {
      TRY(index(member, cat(here, "/", escape_pointer(name)), base, depth));
    }
  }
  return {};
}

std::string SchemaDocument::pointer(const Json& schema) const {
  const auto found = places_.find(&schema);
  return found == places_.end() ? "?" : found->second.pointer;
}

std::string_view SchemaDocument::base(const Json& schema) const {
  const auto found = places_.find(&schema);
  return found == places_.end() ? std::string_view() : found->second.base;
}

Result<const Json*> SchemaDocument::resolve(const Json& from, std::string_view reference) const {
  const auto place = places_.find(&from);
  const std::string uri = resolve_uri(place == places_.end() ? "" : place->second.base, reference);
  const std::size_t hash = std::min(uri.find('#'), uri.size());
  const auto resource = resources_.find(uri.substr(0, hash));
  const std::string fragment =
      percent_decode(std::string_view(uri).substr(std::min(hash + 1, uri.size())));
  const Json* found = nullptr;
  if (fragment.empty() || fragment.front() == '/') {
    if (resource != resources_.end()) found = find_by_pointer(*resource->second, fragment);
  } else {
    const auto anchor = anchors_.find(uri);
    if (anchor != anchors_.end()) found = anchor->second;
  }
  if (found == nullptr) {
    return error(ErrorCode::Unsupported, "the reference \"", reference,
                 "\" leads out of the schema, or to nothing in it");
  }
  return found;
}

Result<const Json*> SchemaDocument::resolve_dynamic(const Json& from,
                                                    std::string_view reference) const {
  TRY_ASSIGN(const Json* target, resolve(from, reference));
  const auto anchor = dynamic_name(*target, reference);
  if (!anchor || dynamic_anchors_.count(*anchor) == 1) return target;
  return error(ErrorCode::Unsupported, "the reference \"", reference,
               "\" depends on where it is reached from");
}

Result<const Json*> SchemaDocument::resolve_dynamic(const Json& from, std::string_view reference,
                                                    std::span<const std::string_view> scope) const {
  TRY_ASSIGN(const Json* target, resolve(from, reference));
  const auto anchor = dynamic_name(*target, reference);
  if (!anchor) return target;
  const auto [begin, end] = dynamic_anchors_.equal_range(*anchor);
  for (const std::string_view resource : scope) {
    for (auto named = begin; named != end; ++named) {
      if (base(*named->second) == resource) return named->second;
    }
  }
  return target;
}

/// The anchor's name, if the reference means it dynamically.
std::optional<std::string> SchemaDocument::dynamic_name(const Json& target,
                                                        std::string_view reference) {
  const std::size_t hash = reference.find('#');
  const std::string_view name = hash == std::string_view::npos ? "" : reference.substr(hash + 1);
  auto anchor = string_member(target, "$dynamicAnchor");
  if (!anchor || *anchor != name) return std::nullopt;
  return anchor;
}

}  // namespace falconet
