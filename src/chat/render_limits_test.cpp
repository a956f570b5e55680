// Templates that would never end, or would end the process: each is refused soon, with the reason.
// The oracle is the bound itself: what lies under it renders, what lies over it names it.
#include "chat/render_limits.h"

#include <gtest/gtest.h>

#include <chrono>

#include "chat/chat_template.h"

namespace falconet {
namespace {

// A refusal takes a second or two; this much only under a sanitizer on a busy machine.
constexpr std::chrono::seconds kSoon{120};

Result<std::string> render_within(const std::string& source, const RenderLimits& limits = {},
                                  const Json& context = Json::object()) {
  TRY_ASSIGN(const ChatTemplate chat_template, ChatTemplate::parse(source));
  return chat_template.render(context, {}, limits);
}

void expect_refusal(const std::string& source, ErrorCode code, const std::string& part) {
  const auto start = std::chrono::steady_clock::now();
  const auto result = render_within(source);
  const auto took = std::chrono::steady_clock::now() - start;
  const std::string shown = source.substr(0, 120);
  ASSERT_FALSE(result) << shown << "\nrenders " << result->size() << " bytes";
  EXPECT_EQ(result.error().code, code) << shown << "\n" << result.error().message;
  EXPECT_NE(result.error().message.find(part), std::string::npos) << shown << "\n"
                                                                  << result.error().message;
  EXPECT_TRUE(result.error().message.starts_with("line 1: ")) << result.error().message;
  EXPECT_LT(took, kSoon) << shown;
}

/// `head` so many times, then `middle`, then `tail` as often.
std::string nested(int times, const std::string& head, const std::string& middle,
                   const std::string& tail) {
  std::string source;
  for (int i = 0; i < times; ++i) source += head;
  source += middle;
  for (int i = 0; i < times; ++i) source += tail;
  return source;
}

TEST(RenderLimits, EndLoopsThatDoNotEnd) {
  for (const char* source : {
           "{% for i in range(100000) %}{% for j in range(100000) %}{% endfor %}{% endfor %}",
           "{% for i in range(100000) %}{% if range(100000) | sum %}{% endif %}{% endfor %}",
           "{% macro f(n) %}{% if n > 0 %}{{ f(n - 1) }}{{ f(n - 1) }}{% endif %}{% endmacro %}"
           "{{ f(60) }}",
           "{% set s = 'ab' * 3000000 %}{% for i in range(100000) %}{{ s.count('ab') }}"
           "{% endfor %}",
       }) {
    expect_refusal(source, ErrorCode::TooLarge, "does not end: it used up all the steps");
  }
  expect_refusal("{% for i in range(10 ** 9) %}x{% endfor %}", ErrorCode::InvalidArgument,
                 "Range too big");
}

TEST(RenderLimits, EndTextsThatGrow) {
  const auto growing = [](const std::string& step) {
    return "{% set ns = namespace(s='01234567') %}{% for i in range(100) %}{% set ns.s = " + step +
           " %}{% endfor %}{{ ns.s | length }}";
  };
  expect_refusal(growing("ns.s + ns.s"), ErrorCode::TooLarge, "a text grew over");
  expect_refusal(growing("ns.s ~ ns.s"), ErrorCode::TooLarge, "a text grew over");
  expect_refusal(growing("[ns.s, ns.s] | join"), ErrorCode::TooLarge, "a text grew over");
  expect_refusal(growing("ns.s * 2"), ErrorCode::TooLarge, "a repetition grows over");
  expect_refusal(growing("ns.s.replace('0', '00000000')"), ErrorCode::TooLarge,
                 "a replacement grows over");
  expect_refusal(growing("'%s%s' % (ns.s, ns.s)"), ErrorCode::TooLarge, "grew over");
  expect_refusal(growing("'{0}{0}'.format(ns.s)"), ErrorCode::TooLarge, "grew over");
  expect_refusal("{% set s = 'x' * 1000000 %}{% for i in range(100000) %}{{ s }}{% endfor %}",
                 ErrorCode::TooLarge, "the output grew over 67108864 bytes");
  expect_refusal("{{ 'x' * 10 ** 12 }}", ErrorCode::TooLarge, "a repetition grows over");
  expect_refusal("{{ 'x'.center(10 ** 12) }}", ErrorCode::TooLarge, "is too large");
  expect_refusal("{{ 'x' | center(10 ** 12) }}", ErrorCode::TooLarge, "is too large");
  expect_refusal("{{ '%1000000000000d' % 1 }}", ErrorCode::TooLarge, "is too large");
  expect_refusal("{{ '{:1000000000000}'.format(1) }}", ErrorCode::TooLarge, "is too large");
}

// A list of itself twice is small in memory and endless to walk.
TEST(RenderLimits, EndValuesThatGrow) {
  const auto growing = [](const std::string& step) {
    return "{% set ns = namespace(v=[1, 2]) %}{% for i in range(1000) %}{% set ns.v = " + step +
           " %}{% endfor %}{{ ns.v }}";
  };
  expect_refusal(growing("ns.v + ns.v"), ErrorCode::TooLarge, "used up all the steps");
  expect_refusal(growing("[ns.v, ns.v]"), ErrorCode::TooLarge, "a value holds more than");
  expect_refusal(growing("{'a': ns.v, 'b': ns.v}"), ErrorCode::TooLarge, "a value holds more than");
  expect_refusal(growing("[ns.v]"), ErrorCode::TooLarge, "a value nests deeper than 200 levels");
  expect_refusal(growing("{'a': ns.v}"), ErrorCode::TooLarge, "a value nests deeper than 200");
}

TEST(RenderLimits, EndRecursionBeforeTheStackDoes) {
  for (const char* source : {
           "{% macro f(n) %}{{ f(n + 1) }}{% endmacro %}{{ f(0) }}",
           "{% macro f() %}{{ g() }}{% endmacro %}{% macro g() %}{{ f() }}{% endmacro %}{{ f() }}",
           "{% macro f() %}{{ '' ~ ('' ~ [{'a': f()}] | tojson) | trim }}{% endmacro %}{{ f() }}",
           "{% macro f() %}{% call f() %}{{ caller() }}{% endcall %}{% endmacro %}"
           "{% call f() %}x{% endcall %}",
           "{% macro f() %}{% filter trim %}{{ f() }}{% endfilter %}{% endmacro %}{{ f() }}",
           "{% macro f() %}{% set x %}{% with y = f() %}{% endwith %}{% endset %}{% endmacro %}"
           "{{ f() }}",
           "{% macro f(x) %}{% for y in {'a': [f(x=x[:1])]}.values() %}{% endfor %}{% endmacro %}"
           "{{ f('a') }}",
           "{% macro f(g) %}{{ g(g) }}{% endmacro %}{{ f(f) }}",
           "{% for i in [1] recursive %}{{ loop([1]) }}{% endfor %}",
       }) {
    expect_refusal(source, ErrorCode::TooLarge, "the template recurses too deep");
  }
}

// Objects may hold themselves, which values cannot.
TEST(RenderLimits, EndWalksOverObjectsThatHoldThemselves) {
  const std::string itself = "{% set ns = namespace() %}{% set ns.me = ns %}";
  for (const char* use :
       {"{{ ns }}", "{{ [ns] | string }}", "{{ ns | pprint }}", "{{ ns | tojson }}",
        "{{ ns == ns }}", "{{ [ns] == [ns] }}", "{{ {ns: 1}[ns] }}"}) {
    const auto start = std::chrono::steady_clock::now();
    const auto result = render_within(itself + use);  // text or an error, but an end
    if (!result) {
      EXPECT_FALSE(result.error().message.empty()) << use;
    }
    EXPECT_LT(std::chrono::steady_clock::now() - start, kSoon) << use;
  }
}

TEST(RenderLimits, RefuseSourceThatNestsTooDeep) {
  constexpr int kTimes = 100'000;
  for (const std::string& source : {
           "{{ " + nested(kTimes, "(", "1", ")") + " }}",
           "{{ " + nested(kTimes, "[", "1", "]") + " }}",
           "{{ " + nested(kTimes, "{1: ", "1", "}") + " }}",
           "{{ " + nested(kTimes, "f(", "1", ")") + " }}",
           "{{ " + nested(kTimes, "a[", "1", "]") + " }}",
           "{{ " + nested(kTimes, "not ", "1", "") + " }}",
           "{{ " + nested(kTimes, "- ", "1", "") + " }}",
           "{{ " + nested(kTimes, "1 + ", "1", "") + " }}",
           "{{ " + nested(kTimes, "1 ** ", "1", "") + " }}",
           "{{ " + nested(kTimes, "a and ", "1", "") + " }}",
           "{{ " + nested(kTimes, "1 if a else ", "1", "") + " }}",
           "{{ " + nested(kTimes, "", "a", ".b") + " }}",
           "{{ " + nested(kTimes, "", "a", "[0]") + " }}",
           "{{ " + nested(kTimes, "", "a", "()") + " }}",
           "{{ " + nested(kTimes, "", "a", " | trim") + " }}",
           "{% set " + nested(kTimes, "(", "a", ",)") + " = 1 %}",
           nested(kTimes, "{% if a %}", "", "{% endif %}"),
           nested(kTimes, "{% for a in b %}", "", "{% endfor %}"),
           nested(kTimes, "{% filter trim %}", "", "{% endfilter %}"),
       }) {
    const auto start = std::chrono::steady_clock::now();
    const auto result = ChatTemplate::parse(source);
    ASSERT_FALSE(result) << source.substr(0, 40);
    const std::string& message = result.error().message;
    EXPECT_TRUE(message.find("deeper than 200 levels") != std::string::npos ||
                message.find("too many parentheses") != std::string::npos)
        << source.substr(0, 40) << "\n"
        << message;
    EXPECT_TRUE(message.starts_with("line 1: ")) << message;
    EXPECT_LT(std::chrono::steady_clock::now() - start, kSoon) << source.substr(0, 40);
  }
}

TEST(RenderLimits, CutOutputAtTheByte) {
  const RenderLimits limits{.max_output_bytes = 10};
  EXPECT_EQ(render_within("0123456789", limits).value(), "0123456789");
  EXPECT_FALSE(render_within("0123456789x", limits));
  EXPECT_EQ(render_within("{% for i in range(10) %}{{ i }}{% endfor %}", limits).value(),
            "0123456789");
  const auto over = render_within("{% for i in range(11) %}{{ i }}{% endfor %}", limits);
  ASSERT_FALSE(over);
  EXPECT_NE(over.error().message.find("the output grew over 10 bytes"), std::string::npos)
      << over.error().message;
}

// However many steps a rendering needs: with fewer it is refused, with as many it is whole.
TEST(RenderLimits, LetARenderingEndWithTheStepsThatItNeeds) {
  const std::string source =
      "{% for i in range(5) %}{{ [i, 'x' * i] | join('-') }}{% if loop.last %}.{% endif %}"
      "{% endfor %}";
  const std::string whole = render_within(source).value();
  std::size_t needed = 0;
  for (std::size_t steps = 1; steps < 1000; ++steps) {
    const auto result = render_within(source, {.max_steps = steps});
    if (result && needed == 0) needed = steps;
    ASSERT_EQ(result.has_value(), needed != 0) << steps << " steps, but " << needed << " suffice";
    if (result) {
      ASSERT_EQ(*result, whole);
    } else {
      ASSERT_EQ(result.error().code, ErrorCode::TooLarge) << result.error().message;
    }
  }
  EXPECT_GT(needed, 20u);
  EXPECT_LT(needed, 300u);
}

TEST(RenderLimits, CountTheLevelsOfAContext) {
  const auto context_of = [](int depth) {
    Json value = 1;
    for (int i = 0; i < depth; ++i) value = Json::array({std::move(value)});
    return Json{{"v", std::move(value)}};
  };
  const RenderLimits limits{.max_depth = 20};
  EXPECT_TRUE(render_within("{{ v }}", limits, context_of(15)));
  const auto over = render_within("{{ v }}", limits, context_of(25));
  ASSERT_FALSE(over);
  EXPECT_EQ(over.error().code, ErrorCode::TooLarge);
  EXPECT_NE(over.error().message.find("too deep"), std::string::npos) << over.error().message;
}

}  // namespace
}  // namespace falconet
