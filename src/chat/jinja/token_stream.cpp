#include "chat/jinja/token_stream.h"

namespace falconet::jinja {
namespace {

std::string kind_name(TokenKind kind) {
  switch (kind) {
    case TokenKind::Text: return "template data";
    case TokenKind::VariableBegin: return "begin of print statement";
    case TokenKind::VariableEnd: return "end of print statement";
    case TokenKind::BlockBegin: return "begin of statement block";
    case TokenKind::BlockEnd: return "end of statement block";
    case TokenKind::Name: return "name";
    case TokenKind::String: return "string";
    case TokenKind::Int: return "integer";
    case TokenKind::Float: return "float";
    case TokenKind::Operator: return "operator";
    case TokenKind::End: return "end of template";
  }
  return "";
}

}  // namespace

std::string TokenStream::description() const {
  const bool has_text =
      at(TokenKind::Name) || at(TokenKind::Operator) || at(TokenKind::Int) || at(TokenKind::Float);
  return has_text ? current().text : kind_name(current().kind);
}

Status TokenStream::expect(TokenKind kind) {
  if (at(TokenKind::End)) {
    return fail("unexpected end of template, expected '", kind_name(kind), "'");
  }
  if (!at(kind)) {
    return fail("expected token '", kind_name(kind), "', got '", description(), "'");
  }
  take();
  return {};
}

Status TokenStream::expect_operator(std::string_view text) {
  if (!at_operator(text)) return fail("expected token '", text, "', got '", description(), "'");
  take();
  return {};
}

Status TokenStream::expect_name(std::string_view name) {
  if (!at_name(name)) return fail("expected token '", name, "', got '", description(), "'");
  take();
  return {};
}

Result<std::string> TokenStream::take_name() {
  if (!at(TokenKind::Name)) return fail("expected token 'name', got '", description(), "'");
  return take().text;
}

}  // namespace falconet::jinja
