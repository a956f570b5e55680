// What the parser learns about names: their numbers, and who mentions the special ones.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "chat/jinja/ast.h"

namespace falconet::jinja {

/// The special names that the enclosing block mentions.
struct SpecialNames {
  bool loop = false, caller = false, varargs = false, kwargs = false;
};

class NameTable {
 public:
  NameTable() {
    for (const char* name : {"loop", "caller", "varargs", "kwargs"}) id_of(name);  // KnownNames
  }

  NameId id_of(std::string_view name) {
    const auto next = NameId{static_cast<std::int32_t>(names_.size())};
    const auto [it, is_new] = ids_.try_emplace(std::string(name), next);
    if (is_new) names_.emplace_back(name);
    return it->second;
  }

  /// The id of a name that an expression reads.
  NameId mention(std::string_view name) {
    for (SpecialNames& block : blocks_) {
      block.loop = block.loop || name == "loop";
      block.caller = block.caller || name == "caller";
      block.varargs = block.varargs || name == "varargs";
      block.kwargs = block.kwargs || name == "kwargs";
    }
    return id_of(name);
  }

  // A block also sees what the blocks inside it mention.
  void enter_block() { blocks_.emplace_back(); }
  SpecialNames leave_block() {
    const SpecialNames names = blocks_.back();
    blocks_.pop_back();
    return names;
  }

  std::vector<std::string> take() { return std::move(names_); }

 private:
  std::map<std::string, NameId, std::less<>> ids_;
  std::vector<std::string> names_;
  std::vector<SpecialNames> blocks_;
};

}  // namespace falconet::jinja
