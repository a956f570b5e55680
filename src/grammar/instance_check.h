// A grammar made from a schema as a validator: the instance is written as the grammar's own text,
// its keys in the schema's order and its numbers in plain digits, and read.
#pragma once

#include "base/json.h"
#include "base/result.h"
#include "grammar/grammar.h"

namespace falconet {

/// For grammars from a schema in compact style. Errors: InvalidArgument, which names the place in
/// the instance by its JSON pointer.
Status check_instance(const Grammar::Pointer& grammar, const Json& instance);

/// The text that check_instance() reads. Errors: the same.
Result<std::string> written_instance(const Grammar::Pointer& grammar, const Json& instance);

}  // namespace falconet
