#include "cli/serve_flags.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "cli/command_line.h"
#include "cli/spelling.h"
#include "cli/vllm_flags.h"
#include "formats/temporary_folder.h"

namespace falconet {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::UnorderedElementsAre;

/// The flags as the command line gives them.
ServeFlags parse(const std::vector<std::string>& arguments) {
  ServeFlags flags;
  CommandParser parser("", "");
  CommandLine& command = parser.add("serve", "", "");
  flags.declare(command);
  command.runs([](const Streams&) { return kExitSuccess; });
  std::vector<const char*> argv = {"falconet", "serve"};
  for (const std::string& argument : arguments) argv.push_back(argument.c_str());
  std::istringstream in;
  std::ostringstream out;
  const Streams io{in, out, out};
  EXPECT_EQ(parser.run(static_cast<int>(argv.size()), argv.data(), io), kExitSuccess) << out.str();
  return flags;
}

std::string refusal(const std::vector<std::string>& arguments) {
  const auto plan = plan_serve(parse(arguments));
  return plan ? "no error" : plan.error().message;
}

TEST(ServeFlags, TakeVllmsUsualCommandLine) {
  const ServeFlags flags =
      parse({"--model", "x.gguf", "--tensor-parallel-size", "1", "--gpu-memory-utilization", "0.8",
             "--max-model-len", "4096", "--dtype", "half"});
  EXPECT_EQ(flags.model, "x.gguf");
  const auto plan = plan_serve(flags);
  ASSERT_TRUE(plan) << plan.error().message;
  EXPECT_EQ(plan->model.max_model_len, 4096u);
  EXPECT_EQ(plan->model.memory_share, 0.8);
  EXPECT_THAT(plan->remarks,
              UnorderedElementsAre(HasSubstr("--tensor-parallel-size 1: one process computes"),
                                   HasSubstr("--gpu-memory-utilization 0.8: weights and KV"),
                                   HasSubstr("--max-model-len 4096: prompt and answer have 4096"),
                                   HasSubstr("--dtype half: on a CPU weights stay")));
  EXPECT_TRUE(plan->warnings.empty());
  EXPECT_TRUE(plan_serve(parse({"x.gguf"}))->remarks.empty()) << "of what nobody asked for";
}

TEST(ServeFlags, TakeTheModelWithoutItsFlag) {
  EXPECT_EQ(parse({"org/repo:Q8_0", "--port", "0"}).model, "org/repo:Q8_0");
}

TEST(ServeFlags, ReadLengthsAndSizesWithUnits) {
  const auto length = [](const char* text) {
    return plan_serve(parse({"--max-model-len", text}))->model.max_model_len;
  };
  EXPECT_EQ(length("32K"), 32768u);
  EXPECT_EQ(length("32k"), 32000u);
  EXPECT_EQ(length("auto"), std::nullopt);
  EXPECT_EQ(length("-1"), std::nullopt);
  const auto bytes = [](const char* text) {
    return plan_serve(parse({"--kv-cache-memory", text}))->model.kv_cache_bytes;
  };
  EXPECT_EQ(bytes("2GiB"), 2ull << 30);
  EXPECT_EQ(bytes("1.5g"), 3ull << 29);
  EXPECT_EQ(bytes("500 MB"), 500'000'000ull);
  EXPECT_EQ(bytes("1073741824"), 1ull << 30);
}

TEST(ServeFlags, RefuseWhatCannotBeHonouredWithTheReason) {
  EXPECT_THAT(refusal({"--tensor-parallel-size", "2"}), HasSubstr("only 1 is possible"));
  EXPECT_THAT(refusal({"--data-parallel-size", "0"}), HasSubstr("only 1 is possible"));
  EXPECT_THAT(refusal({"--dtype", "fp4"}), HasSubstr("--dtype fp4: expected one of auto"));
  EXPECT_THAT(refusal({"--quantization", "awq"}), HasSubstr("--quantization awq"));
  EXPECT_THAT(refusal({"--kv-cache-dtype", "fp8"}), HasSubstr("expected auto, f16 or q8_0"));
  EXPECT_THAT(refusal({"--max-model-len", "many"}), HasSubstr("expected a number of tokens"));
  EXPECT_THAT(refusal({"--kv-cache-memory", "2 apples"}), HasSubstr("expected a size"));
  EXPECT_THAT(refusal({"--gpu-memory-utilization", "80"}), HasSubstr("share above 0 and up to 1"));
  EXPECT_THAT(refusal({"--gpu-memory-utilization", "nan"}), HasSubstr("share above 0 and up to 1"));
  EXPECT_THAT(refusal({"--port", "70000"}), HasSubstr("--port 70000"));
  EXPECT_THAT(refusal({"--shutdown-timeout", "-1"}), HasSubstr("--shutdown-timeout"));
  EXPECT_THAT(refusal({"--retention-days", "0"}), HasSubstr("--retention-days"));
  EXPECT_THAT(refusal({"--reasoning-parser", "granite"}), HasSubstr("--reasoning-parser granite"));
  EXPECT_THAT(refusal({"--generation-config", "./x"}), HasSubstr("--generation-config ./x"));
  EXPECT_THAT(refusal({"--chat-template", "no-file.jinja"}), HasSubstr("there is no such file"));
  EXPECT_THAT(refusal({"--threads", "-2"}), HasSubstr("--threads -2"));
  EXPECT_THAT(refusal({"--scheduling-policy", "lottery"}), HasSubstr("expected fair"));
  EXPECT_THAT(refusal({"--enable-prefix-caching", "--no-enable-prefix-caching"}),
              HasSubstr("only one of them can be meant"));
}

TEST(ServeFlags, CachePrefixesAndShareFairlyUnlessToldOtherwise) {
  EXPECT_EQ(plan_serve(parse({}))->model.prefix_caching, PrefixCaching::On);
  EXPECT_EQ(plan_serve(parse({"--enable-prefix-caching"}))->model.prefix_caching,
            PrefixCaching::On);
  EXPECT_EQ(plan_serve(parse({"--no-enable-prefix-caching"}))->model.prefix_caching,
            PrefixCaching::Off);
  EXPECT_EQ(plan_serve(parse({}))->model.scheduling, SchedulingPolicy::Fair);
  EXPECT_EQ(plan_serve(parse({"--scheduling-policy", "fcfs"}))->model.scheduling,
            SchedulingPolicy::FirstCome);
  EXPECT_TRUE(plan_serve(parse({"--scheduling-policy", "priority"}))->warnings.empty());
}

TEST(ServeFlags, GuessAheadUnlessToldOtherwise) {
  EXPECT_EQ(plan_serve(parse({}))->model.speculation.num_speculative_tokens, 8u);
  EXPECT_FALSE(plan_serve(parse({"--speculative-config", R"({"method":"none"})"}))
                   ->model.speculation.is_on());
  EXPECT_THAT(refusal({"--speculative-config", R"({"method":"eagle"})"}), HasSubstr("eagle"));
  EXPECT_EQ(plan_serve(parse({}))->draft_model, "");
  EXPECT_EQ(plan_serve(parse({"--speculative-model", "a"}))->draft_model, "a");
  EXPECT_EQ(plan_serve(parse({"--speculative-config", R"({"model":"b"})"}))->draft_model, "b");
  EXPECT_THAT(refusal({"--speculative-model", "a", "--speculative-config", R"({"method":"none"})"}),
              HasSubstr("turns guessing off"));
  EXPECT_THAT(refusal({"--speculative-model", "a", "--speculative-config", R"({"model":"b"})"}),
              HasSubstr("names a model as well: b"));
}

TEST(ServeFlags, NameWhatHasNoEffectAndKeepTheModelApart) {
  const ServeFlags flags = parse({"--swap-space", "4", "--enforce-eager", "x.gguf"});
  EXPECT_EQ(flags.model, "x.gguf");
  const auto plan = plan_serve(flags);
  EXPECT_THAT(plan->warnings, UnorderedElementsAre(HasSubstr("--swap-space has no effect"),
                                                   HasSubstr("--enforce-eager has no effect")));
}

TEST(ServeFlags, NeverIgnoreAFlagThatTheyAlsoTake) {
  ServeFlags flags;
  CommandParser parser("", "");
  flags.declare(parser.add("serve", "", ""));  // throws if a name stands twice
  for (const VllmFlag& flag : vllm_flags_without_effect()) {
    EXPECT_TRUE(flag.name.starts_with("-")) << flag.name;
    EXPECT_FALSE(flag.reason.empty()) << flag.name;
  }
}

TEST(ServeFlags, ReadOriginsAsVllmWritesThem) {
  const auto plan = plan_serve(parse({"--allowed-origins", R"(["https://a.org","*"])"}));
  EXPECT_THAT(plan->server.allowed_origins, ElementsAre("https://a.org", "*"));
}

TEST(ServeFlags, TakeAPostgreSQLDatabaseAndTellNobodyItsPassword) {
  const auto plan = plan_serve(parse({"--database", "postgres://ada:s3cret@db/x", "--data", "y"}));
  ASSERT_TRUE(plan) << plan.error().message;
  EXPECT_EQ(plan->kept.database, "postgres://ada:s3cret@db/x");
  EXPECT_THAT(plan->remarks, ElementsAre(HasSubstr("--data y has no effect")));
  const std::string refused = refusal({"--database", "mysql://ada:s3cret@db/x"});
  EXPECT_THAT(refused, HasSubstr("--database: expected postgresql://"));
  EXPECT_THAT(refused, testing::Not(HasSubstr("s3cret")));
}

TEST(ServeFlags, PeopleLogInWhereOthersReachTheServer) {
  const auto has_accounts = [](const std::vector<std::string>& arguments) {
    const auto plan = plan_serve(parse(arguments));
    EXPECT_TRUE(plan) << plan.error().message;
    return plan && plan->server.has_accounts;
  };
  EXPECT_FALSE(has_accounts({"--data", "x"}));
  EXPECT_FALSE(has_accounts({"--host", "::1", "--data", "x"}));
  EXPECT_FALSE(has_accounts({"--uds", "/tmp/x.sock", "--host", "0.0.0.0", "--data", "x"}));
  EXPECT_TRUE(has_accounts({"--host", "0.0.0.0", "--data", "x"}));
  EXPECT_TRUE(has_accounts({"--host", "0.0.0.0", "--database", "postgresql://db/x"}));
  EXPECT_FALSE(has_accounts({"--host", "0.0.0.0"})) << "an API without conversations stays open";
  EXPECT_TRUE(has_accounts({"--host", "0.0.0.0", "--auth"}));
  EXPECT_TRUE(has_accounts({"--auth"}));
  EXPECT_FALSE(has_accounts({"--no-auth", "--data", "x"}));
  EXPECT_THAT(refusal({"--no-auth", "--host", "0.0.0.0"}), HasSubstr("would read all"));
  EXPECT_THAT(refusal({"--no-auth", "--host", "example.org"}), HasSubstr("would read all"));
  EXPECT_THAT(refusal({"--no-auth", "--auth"}), HasSubstr("only one of them"));
}

TEST(Spelling, FindsTheWordThatWasMeant) {
  const std::vector<std::string> known = {"--port", "--host", "--max-model-len"};
  EXPECT_EQ(nearest_spelling("--prot", known), "--port");
  EXPECT_EQ(nearest_spelling("--max-modle-len", known), "--max-model-len");
  EXPECT_EQ(nearest_spelling("--swap-space", known), std::nullopt);
  EXPECT_EQ(nearest_spelling("-p", known), std::nullopt);
}

TEST(ServeFlagsOfAProvider, SayWhereAndAsWhomToLogIn) {
  ServeFlags flags;
  flags.has_accounts = true;
  flags.oidc_issuer = "https://id.example/realm";
  flags.oidc_client_id = "falconet";
  const ServePlan plan = plan_serve(flags).value();
  ASSERT_TRUE(plan.server.oidc);
  EXPECT_EQ(plan.server.oidc->name, "id.example") << "its host, if nothing is said";
  EXPECT_EQ(plan.server.oidc->client.issuer, "https://id.example/realm");
  EXPECT_EQ(plan.server.oidc->sign_up, OidcSignUp::Policy);
  flags.oidc_sign_up = "closed";
  flags.oidc_name = "Company";
  EXPECT_EQ(plan_serve(flags).value().server.oidc->sign_up, OidcSignUp::Closed);
  const TemporaryFolder folder;
  flags.oidc_client_secret_file = (folder.path() / "secret").string();
  EXPECT_FALSE(plan_serve(flags)) << "there is no such file";
  std::ofstream(flags.oidc_client_secret_file) << "hidden\n";
  EXPECT_EQ(plan_serve(flags).value().server.oidc->client.client_secret, "hidden");
}

TEST(ServeFlagsOfAProvider, AreRefusedWhereTheyMakeNoSense) {
  const auto why = [](auto change) {
    ServeFlags flags;
    flags.has_accounts = true;
    flags.oidc_issuer = "https://id.example";
    flags.oidc_client_id = "falconet";
    change(flags);
    const auto plan = plan_serve(flags);
    return plan ? "it is taken" : plan.error().message;
  };
  const auto is_about = [&](auto change, const char* text) {
    const std::string message = why(change);
    EXPECT_NE(message.find(text), std::string::npos) << message;
  };
  is_about([](ServeFlags&) {}, "it is taken");
  is_about([](ServeFlags& flags) { flags.has_accounts = false; }, "--auth");
  is_about([](ServeFlags& flags) { flags.oidc_client_id = ""; }, "--oidc-client-id");
  is_about([](ServeFlags& flags) { flags.oidc_issuer = ""; }, "without --oidc-issuer");
  is_about([](ServeFlags& flags) { flags.oidc_issuer = "http://id.example"; }, "https://");
  is_about([](ServeFlags& flags) { flags.oidc_issuer = "http://127.0.0.1:99/x"; }, "it is taken");
  is_about([](ServeFlags& flags) { flags.oidc_issuer = "http://127.0.0.1.evil.example"; },
           "https://");
  is_about([](ServeFlags& flags) { flags.oidc_sign_up = "ajar"; }, "open or closed");
}

}  // namespace
}  // namespace falconet
