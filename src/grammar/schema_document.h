// A JSON Schema document: where its subschemas stand and what its references mean.
#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>

#include "base/json.h"
#include "base/result.h"

namespace falconet {

class SchemaDocument {
 public:
  static constexpr std::size_t kMaxSubschemas = 100'000;
  static constexpr int kMaxDepth = 128;

  /// The document must outlive this. Errors: TooLarge.
  static Result<SchemaDocument> read(const Json& root);

  const Json& root() const { return *root_; }

  /// The JSON pointer of a subschema ("" for the root, "?" for what is none).
  std::string pointer(const Json& schema) const;

  /// The URI of the schema resource that a subschema belongs to.
  std::string_view base(const Json& schema) const;

  /// The schema that `reference`, a URI reference in `from`, names. Errors: Unsupported (not in
  /// this document).
  Result<const Json*> resolve(const Json& from, std::string_view reference) const;
  /// The same for $dynamicRef, where it does not depend on the way by which it is reached.
  Result<const Json*> resolve_dynamic(const Json& from, std::string_view reference) const;

  /// The same, reached by way of these schema resources, outermost first.
  Result<const Json*> resolve_dynamic(const Json& from, std::string_view reference,
                                      std::span<const std::string_view> scope) const;

  /// Before draft 2019-09 the siblings of $ref mean nothing.
  bool ignores_siblings_of_ref() const { return ignores_siblings_; }
  /// `if` came with draft 7.
  bool knows_conditions() const { return knows_conditions_; }

 private:
  struct Place {
    std::string pointer;
    std::string base;  // URI of the schema resource that holds it
  };

  static std::optional<std::string> dynamic_name(const Json& target, std::string_view reference);
  Status index(const Json& schema, const std::string& pointer, const std::string& base, int depth);
  Status index_members(const Json& schema, const std::string& pointer, const std::string& base,
                       int depth);
  std::string enter_resource(const Json& schema, const std::string& base);

  const Json* root_ = nullptr;
  bool ignores_siblings_ = false;
  bool knows_conditions_ = true;
  std::unordered_map<const Json*, Place> places_;
  std::map<std::string, const Json*, std::less<>> resources_;             // by URI without fragment
  std::map<std::string, const Json*, std::less<>> anchors_;               // by URI with fragment
  std::multimap<std::string, const Json*, std::less<>> dynamic_anchors_;  // by name
};

/// A name as a part of a JSON pointer.
std::string escape_pointer(std::string_view token);

/// RFC 3986, section 5.2, as far as schemas need it.
std::string resolve_uri(std::string_view base, std::string_view reference);

}  // namespace falconet
