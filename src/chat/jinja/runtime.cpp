#include "chat/jinja/runtime.h"

namespace falconet::jinja {
namespace {

// Text is paid for by the piece: together with max_steps this bounds the memory of a rendering.
constexpr std::size_t kBytesPerStep = 64;

}  // namespace

Error Runtime::out_of_steps() {
  return error(ErrorCode::TooLarge,
               "the template does not end: it used up all the steps it was given");
}

Status Runtime::admit(const Extent& extent) {
  if (extent.depth > limits_.max_depth) {
    return error(ErrorCode::TooLarge, "a value nests deeper than ", limits_.max_depth, " levels");
  }
  if (extent.weight > limits_.max_steps) {
    return error(ErrorCode::TooLarge, "a value holds more than ", limits_.max_steps, " others");
  }
  return {};
}

Result<Value> Runtime::text(std::string bytes, bool is_safe) {
  if (bytes.size() > limits_.max_output_bytes) {
    return error(ErrorCode::TooLarge, "a text grew over ", limits_.max_output_bytes, " bytes");
  }
  TRY(spend(bytes.size() / kBytesPerStep));
  return Value(Text{std::make_shared<const std::string>(std::move(bytes)), is_safe});
}

Result<Value> Runtime::sequence(SequenceKind kind, std::vector<Value> items, std::string spelling) {
  TRY(spend(items.size()));
  Value value = make_sequence(kind, std::move(items), std::move(spelling));
  TRY(admit(value.extent()));
  return value;
}

Result<Value> Runtime::dict(Dict dict) {
  TRY(spend(dict.size()));
  TRY(admit(dict.extent()));
  return make_dict(std::move(dict));
}

Result<Value> Runtime::generator(std::vector<Value> items) {
  TRY(spend(items.size() + 1));
  return Value(own<Generator>(std::move(items)));
}

}  // namespace falconet::jinja
