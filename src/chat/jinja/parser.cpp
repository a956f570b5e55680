#include "chat/jinja/parser.h"

#include <algorithm>
#include <initializer_list>
#include <set>

#include "chat/jinja/expression_parser.h"

namespace falconet::jinja {
namespace {

using std::string_view;
using Conditionals = ExpressionParser::Conditionals;

// Reads statements: everything between {% and %}, and what the blocks hold.
class StatementParser {
 public:
  explicit StatementParser(std::vector<Token> tokens)
      : tokens_(std::move(tokens)), expressions_(tokens_, names_) {}

  Result<Template> run() {
    TRY_ASSIGN(Body body, parse_body({}));
    return Template{names_.take(), std::move(body)};
  }

 private:
  using EndNames = std::initializer_list<string_view>;

  // Statements up to a tag with one of the names, on which the head then stands.
  Result<Body> parse_body(EndNames ends) {
    if (nesting_ == kMaxNesting) {
      return error(ErrorCode::TooLarge, "line ", tokens_.line(), ": blocks nest deeper than ",
                   kMaxNesting, " levels");
    }
    ++nesting_;
    Body body;
    while (!tokens_.at(TokenKind::End)) {
      const int line = tokens_.line();
      if (tokens_.at(TokenKind::Text)) {
        body.push_back({line, TextStatement{tokens_.take().text}});
      } else if (tokens_.at(TokenKind::VariableBegin)) {
        tokens_.take();
        TRY_ASSIGN(ExpressionPtr expression, expressions_.parse_tuple());
        TRY(tokens_.expect(TokenKind::VariableEnd));
        body.push_back({line, PrintStatement{std::move(expression)}});
      } else {
        tokens_.take();  // {%
        if (at_any(ends)) {
          --nesting_;
          return body;
        }
        TRY(parse_statement(body));
        TRY(tokens_.expect(TokenKind::BlockEnd));
      }
    }
    --nesting_;
    if (ends.size() == 0) return body;
    return tokens_.fail("Unexpected end of template. Jinja was looking for the following tags: '",
                        join({ends.begin(), ends.end()}, "' or '"), "'.");
  }

  // The rest of an opening tag and its body.
  Result<Body> parse_block(EndNames ends) {
    tokens_.skip_operator(":");
    TRY(tokens_.expect(TokenKind::BlockEnd));
    return parse_body(ends);
  }

  // The same, the name of the closing tag taken too.
  Result<Body> parse_whole_block(string_view end) {
    TRY_ASSIGN(Body body, parse_block({end}));
    tokens_.take();
    return body;
  }

  bool at_any(EndNames names) const {
    return std::any_of(names.begin(), names.end(),
                       [this](string_view name) { return tokens_.at_name(name); });
  }

  Status parse_statement(Body& body) {
    if (!tokens_.at(TokenKind::Name)) return tokens_.fail("tag name expected");
    const int line = tokens_.line();
    const std::string tag = tokens_.take().text;
    if (tag == "print") return parse_print(body, line);
    TRY_ASSIGN(auto node, parse_node(tag));
    body.push_back({line, std::move(node)});
    return {};
  }

  using Node = decltype(Statement::node);

  Result<Node> parse_node(const std::string& tag) {
    if (tag == "if") return parse_if();
    if (tag == "for") return parse_for();
    if (tag == "set") return parse_set();
    if (tag == "macro") return parse_macro();
    if (tag == "call") return parse_call();
    if (tag == "filter") return parse_filter();
    if (tag == "with") return parse_with();
    if (tag == "generation" || tag == "block") return parse_scope(tag);
    if (tag == "break" || tag == "continue") return parse_loop_control(tag);
    for (const string_view name : {"extends", "include", "import", "from", "autoescape"}) {
      if (tag == name) return tokens_.fail("chat templates have no {% ", tag, " %}");
    }
    return tokens_.fail("Encountered unknown tag '", tag, "'.");
  }

  Status parse_print(Body& body, int line) {
    bool is_first = true;
    while (!tokens_.at(TokenKind::BlockEnd)) {
      if (!is_first) TRY(tokens_.expect_operator(","));
      is_first = false;
      TRY_ASSIGN(ExpressionPtr expression, expressions_.parse());
      body.push_back({line, PrintStatement{std::move(expression)}});
    }
    return {};
  }

  Result<Node> parse_if() {
    IfStatement node;
    string_view tag = "if";
    while (tag != "endif") {
      Branch branch;
      if (tag != "else") {
        TRY_ASSIGN(branch.condition, expressions_.parse_tuple(Conditionals::NotHere));
        TRY_ASSIGN(branch.body, parse_block({"elif", "else", "endif"}));
      } else {
        TRY_ASSIGN(branch.body, parse_block({"endif"}));
      }
      node.branches.push_back(std::move(branch));
      tag = tokens_.at_name("elif") ? "elif" : tokens_.at_name("else") ? "else" : "endif";
      tokens_.take();
    }
    return Node(std::move(node));
  }

  Result<Node> parse_for() {
    ForStatement node;
    TRY_ASSIGN(node.target, parse_target("in"));
    if (stores(node.target, KnownNames::kLoop)) {
      return tokens_.fail("Can't assign to special loop variable in for-loop target");
    }
    TRY(tokens_.expect_name("in"));
    TRY_ASSIGN(node.items, expressions_.parse_tuple(Conditionals::NotHere, "recursive"));
    if (tokens_.skip_name("if")) {
      TRY_ASSIGN(node.condition, expressions_.parse());
    }
    node.is_recursive = tokens_.skip_name("recursive");
    ++num_loops_;
    names_.enter_block();
    TRY_ASSIGN(node.body, parse_block({"endfor", "else"}));
    node.uses_loop = names_.leave_block().loop || node.is_recursive;
    --num_loops_;
    if (tokens_.take().text == "else") {
      TRY_ASSIGN(node.otherwise, parse_whole_block("endfor"));
    }
    return Node(std::move(node));
  }

  static bool stores(const Target& target, NameId name) {
    return (!target.is_tuple && target.name == name) ||
           std::any_of(target.parts.begin(), target.parts.end(),
                       [name](const Target& part) { return stores(part, name); });
  }

  Result<Node> parse_set() {
    TRY_ASSIGN(Target target, parse_target());
    if (tokens_.skip_operator("=")) {
      TRY_ASSIGN(ExpressionPtr value, expressions_.parse_tuple());
      return Node(SetStatement{std::move(target), std::move(value)});
    }
    SetBlock node{std::move(target), nullptr, {}};
    if (tokens_.skip_operator("|")) {
      TRY_ASSIGN(node.filter, expressions_.parse_filters(nullptr));
    }
    TRY_ASSIGN(node.body, parse_whole_block("endset"));
    return Node(std::move(node));
  }

  // One target, or several separated by commas up to the end of the tag, "=" or the name `end`.
  Result<Target> parse_target(string_view end = {}) {
    std::vector<Target> parts;
    bool is_tuple = false;
    while (!tokens_.at(TokenKind::BlockEnd) && !tokens_.at_operator(")") &&
           !(!end.empty() && tokens_.at_name(end))) {
      TRY_ASSIGN(parts.emplace_back(), parse_single_target());
      if (!tokens_.skip_operator(",")) break;
      is_tuple = true;
    }
    if (parts.empty()) {
      return tokens_.fail("Expected an expression, got '", tokens_.description(), "'");
    }
    if (!is_tuple) return std::move(parts.front());
    Target target;
    target.parts = std::move(parts);
    target.is_tuple = true;
    return target;
  }

  Result<Target> parse_single_target() {
    if (tokens_.skip_operator("(")) {
      if (nesting_ == kMaxNesting) return tokens_.fail("too many parentheses");
      ++nesting_;
      TRY_ASSIGN(Target target, parse_target());
      --nesting_;
      TRY(tokens_.expect_operator(")"));
      return target;
    }
    TRY_ASSIGN(Target target, parse_name_target());
    if (tokens_.skip_operator(".")) {
      TRY_ASSIGN(target.attribute, tokens_.take_name());
    }
    return target;
  }

  Result<Target> parse_name_target() {
    static const std::set<string_view> kConstants = {"true",  "True", "false",
                                                     "False", "none", "None"};
    if (tokens_.at(TokenKind::Name) && kConstants.contains(tokens_.current().text)) {
      return tokens_.fail("can't assign to 'const'");
    }
    TRY_ASSIGN(const std::string name, tokens_.take_name());
    Target target;
    target.name = names_.id_of(name);
    return target;
  }

  Result<std::vector<Parameter>> parse_parameters() {
    std::vector<Parameter> parameters;
    TRY(tokens_.expect_operator("("));
    while (!tokens_.at_operator(")")) {
      if (!parameters.empty()) TRY(tokens_.expect_operator(","));
      Parameter parameter;
      parameter.spelling = tokens_.current().text;
      TRY_ASSIGN(const Target target, parse_name_target());
      parameter.name = target.name;
      if (tokens_.skip_operator("=")) {
        TRY_ASSIGN(parameter.fallback, expressions_.parse());
      } else if (!parameters.empty() && parameters.back().fallback) {
        return tokens_.fail("non-default argument follows default argument");
      }
      parameters.push_back(std::move(parameter));
    }
    tokens_.take();
    return parameters;
  }

  // The body of a macro. Loops outside cannot be left from inside.
  Status parse_macro_body(MacroDefinition& macro, string_view end) {
    const int num_outer_loops = std::exchange(num_loops_, 0);
    names_.enter_block();
    TRY_ASSIGN(macro.body, parse_whole_block(end));
    const SpecialNames mentioned = names_.leave_block();
    num_loops_ = num_outer_loops;
    macro.uses_caller = mentioned.caller;
    macro.uses_varargs = mentioned.varargs;
    macro.uses_kwargs = mentioned.kwargs;
    for (const Parameter& parameter : macro.parameters) {
      if (parameter.name == KnownNames::kCaller) macro.uses_caller = false;
      if (parameter.name == KnownNames::kVarargs) macro.uses_varargs = false;
      if (parameter.name == KnownNames::kKwargs) macro.uses_kwargs = false;
    }
    return {};
  }

  Result<Node> parse_macro() {
    MacroStatement node;
    TRY_ASSIGN(node.definition.name, tokens_.take_name());
    TRY_ASSIGN(node.definition.parameters, parse_parameters());
    TRY(parse_macro_body(node.definition, "endmacro"));
    node.name = names_.id_of(node.definition.name);
    return Node(std::move(node));
  }

  Result<Node> parse_call() {
    CallBlock node;
    node.caller.name = "caller";
    if (tokens_.at_operator("(")) {
      TRY_ASSIGN(node.caller.parameters, parse_parameters());
    }
    TRY_ASSIGN(node.call, expressions_.parse());
    if (!std::holds_alternative<CallExpression>(node.call->node)) {
      return tokens_.fail("expected call");
    }
    TRY(parse_macro_body(node.caller, "endcall"));
    return Node(std::move(node));
  }

  Result<Node> parse_filter() {
    FilterBlock node;
    TRY_ASSIGN(node.filter, expressions_.parse_filters(nullptr));
    TRY_ASSIGN(node.body, parse_whole_block("endfilter"));
    return Node(std::move(node));
  }

  Result<Node> parse_with() {
    WithStatement node;
    while (!tokens_.at(TokenKind::BlockEnd)) {
      if (!node.assignments.empty()) TRY(tokens_.expect_operator(","));
      TRY_ASSIGN(Target target, parse_single_target());
      TRY(tokens_.expect_operator("="));
      TRY_ASSIGN(ExpressionPtr value, expressions_.parse());
      node.assignments.emplace_back(std::move(target), std::move(value));
    }
    TRY_ASSIGN(node.body, parse_whole_block("endwith"));
    return Node(std::move(node));
  }

  Result<Node> parse_scope(const std::string& tag) {
    std::string name;
    if (tag == "block") {
      TRY_ASSIGN(name, tokens_.take_name());
      tokens_.skip_name("scoped");
      tokens_.skip_name("required");
    }
    const int num_outer_loops = std::exchange(num_loops_, 0);
    TRY_ASSIGN(Body body, parse_whole_block("end" + tag));
    num_loops_ = num_outer_loops;
    if (!name.empty()) tokens_.skip_name(name);
    return Node(ScopeStatement{std::move(body)});
  }

  Result<Node> parse_loop_control(const std::string& tag) {
    if (num_loops_ == 0) return tokens_.fail("'", tag, "' outside loop");
    if (tag == "break") return Node(BreakStatement{});
    return Node(ContinueStatement{});
  }

  TokenStream tokens_;
  NameTable names_;
  ExpressionParser expressions_;
  int nesting_ = 0;
  int num_loops_ = 0;  // around the head, inside the innermost macro
};

}  // namespace

Result<Template> parse_template(std::string_view source) {
  TRY_ASSIGN(std::vector<Token> tokens, tokenize(source));
  return StatementParser(std::move(tokens)).run();
}

}  // namespace falconet::jinja
