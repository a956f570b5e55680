// Oracles: the signed examples of RFC 7515, appendix A, and the rules of OpenID Connect Core 1.0,
// section 3.1.3.7, each broken by itself in a token that keeps all others.
#include "server/id_token.h"

#include <gmock/gmock.h>

#include "server/json_web_key.h"
#include "server/test_provider.h"

namespace falconet {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr std::int64_t kNow = 1'764'000'000;

class IdTokens : public testing::TestWithParam<const char*> {
 protected:
  static Json good_claims() {
    return {{"iss", "https://id.example"},
            {"aud", "falconet"},
            {"sub", "1234"},
            {"nonce", "n-0S6"},
            {"iat", kNow - 5},
            {"exp", kNow + 300},
            {"name", "Ada L."}};
  }
  static Json with(const char* name, const Json& value) {
    Json claims = good_claims();
    claims[name] = value;
    return claims;
  }
  static Json without(const char* name) {
    Json claims = good_claims();
    claims.erase(name);
    return claims;
  }

  Result<IdTokenClaims> verify(const std::string& token) const {
    const IdTokenTerms terms{
        .issuer = "https://id.example",
        .client_id = "falconet",
        .nonce = "n-0S6",
        .now = std::chrono::system_clock::time_point(std::chrono::seconds(kNow))};
    return verify_id_token(token, {{"keys", Json::array({signer.public_key()})}}, terms);
  }
  /// Why it is refused.
  std::string why(const std::string& token) const {
    const auto claims = verify(token);
    return claims ? "it is accepted" : claims.error().message;
  }
  std::string why(const Json& claims) const { return why(signer.token(claims)); }

  TestSigner signer{GetParam()};
};
INSTANTIATE_TEST_SUITE_P(Algorithms, IdTokens, testing::Values("RS256", "ES256"));

TEST_P(IdTokens, AreAcceptedWhenEverythingIsRight) {
  const auto claims = verify(signer.token(good_claims()));
  ASSERT_TRUE(claims) << claims.error().message;
  EXPECT_EQ(claims->subject, "1234");
  EXPECT_EQ(claims->name, "Ada L.");
  EXPECT_TRUE(verify(signer.token(with("aud", {"falconet"}))));
  Json shared = with("aud", {"other", "falconet"});
  EXPECT_THAT(why(shared), HasSubstr("azp"));
  shared["azp"] = "falconet";
  EXPECT_TRUE(verify(signer.token(shared)));
}

TEST_P(IdTokens, AreRefusedForEachRuleThatTheyBreak) {
  EXPECT_THAT(why(with("iss", "https://evil.example")), HasSubstr("(iss)"));
  EXPECT_THAT(why(with("iss", "https://id.example/")), HasSubstr("(iss)"));
  EXPECT_THAT(why(without("iss")), HasSubstr("(iss)"));
  EXPECT_THAT(why(with("aud", "other")), HasSubstr("(aud)"));
  EXPECT_THAT(why(with("aud", {"other"})), HasSubstr("(aud)"));
  EXPECT_THAT(why(with("aud", 7)), HasSubstr("(aud)"));
  EXPECT_THAT(why(without("aud")), HasSubstr("(aud)"));
  EXPECT_THAT(why(with("azp", "other")), HasSubstr("(azp)"));
  EXPECT_THAT(why(with("nonce", "another")), HasSubstr("(nonce)"));
  EXPECT_THAT(why(without("nonce")), HasSubstr("(nonce)"));
  EXPECT_THAT(why(without("exp")), HasSubstr("(exp)"));
  EXPECT_THAT(why(with("exp", "soon")), HasSubstr("(exp)"));
  EXPECT_THAT(why(without("iat")), HasSubstr("(iat)"));
  EXPECT_THAT(why(without("sub")), HasSubstr("(sub)"));
  EXPECT_THAT(why(with("sub", std::string(256, 'x'))), HasSubstr("(sub)"));
  EXPECT_THAT(why(with("sub", std::string("a\0b", 3))), HasSubstr("(sub)"));
}

TEST_P(IdTokens, HaveAMinuteOfLeeway) {
  EXPECT_TRUE(verify(signer.token(with("exp", kNow - 59))));
  EXPECT_THAT(why(with("exp", kNow - 60)), HasSubstr("expired 60 s ago"));
  EXPECT_THAT(why(with("exp", -1e300)), HasSubstr("(exp)"));
  EXPECT_TRUE(verify(signer.token(with("exp", 1e12))));
  EXPECT_TRUE(verify(signer.token(with("iat", kNow + 60))));
  EXPECT_THAT(why(with("iat", kNow + 61)), HasSubstr("61 s ahead"));
}

TEST_P(IdTokens, AreRefusedWithAnotherKeysSignatureOrNone) {
  const TestSigner other(GetParam());  // of the same id
  EXPECT_THAT(why(other.token(good_claims())), HasSubstr("signature"));
  const TestSigner unknown(GetParam(), "key-2");
  const auto missing = verify(unknown.token(good_claims()));
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().code, ErrorCode::NotFound) << "the provider may have new keys";
  const std::string token = signer.token(good_claims());
  const std::string payload = base64url(to_text(with("sub", "somebody else")));
  const auto parts = split(token, '.');
  EXPECT_THAT(why(cat(parts[0], ".", payload, ".", parts[2])), HasSubstr("signature"));
  EXPECT_THAT(why(cat(parts[0], ".", parts[1], ".")), HasSubstr("signature"));
  EXPECT_THAT(why(cat(base64url(R"({"alg":"none"})"), ".", parts[1], ".")), HasSubstr("RS256"));
  EXPECT_THAT(why(cat(base64url(R"({"alg":"HS256"})"), ".", parts[1], ".", parts[2])),
              HasSubstr("RS256"));
  const Json header = {{"alg", GetParam()}, {"kid", "key-1"}, {"crit", {"exp"}}};
  EXPECT_THAT(why(signer.token(header, good_claims())), HasSubstr("crit"));
}

TEST_P(IdTokens, ThatAreNoTokensAreRefusedAndNothingOfThemIsTold) {
  const std::string token = signer.token(good_claims());
  for (const std::string& bad :
       {std::string(), std::string("a.b"), std::string("..."), std::string("a.b.c"), token + ".x",
        "!" + token, token.substr(0, token.size() / 2), std::string(100'000, '.')}) {
    EXPECT_THAT(why(bad), HasSubstr("refused")) << bad.substr(0, 80);
  }
  const std::string refusal = why(with("nonce", "a secret of theirs"));
  EXPECT_THAT(refusal, Not(HasSubstr("a secret of theirs")));
  EXPECT_THAT(refusal, Not(HasSubstr("n-0S6")));
}

TEST(JsonWebKeys, CheckTheStandardsOwnSignatures) {
  // RFC 7515, appendices A.2 and A.3.
  const std::string payload =
      "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVl"
      "fQ";
  const Json rsa = {
      {"kty", "RSA"},
      {"n",
       "ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrcS2mJPMEzP1Pt0Bm"
       "4d4QlL-yRT-SFd2lZS-pCgNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-"
       "bSf63kpaSHSXndS5z5r"
       "exMdbBYUsLA9e-KXBdQOS-UTo7WTBEMa2R2CapHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_"
       "I5IhlJH7aGhyx"
       "XFvUK-DWNmoudF8NAco9_h9iaGNj8q2ethFkMLs91kzk2PAcDTW9gb54h4FRWyuXpoQ"},
      {"e", "AQAB"}};
  const std::string rsa_signature =
      "cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_"
      "O8W2Fp5ju"
      "jGbds9uJdbF9CUAr7t1dnZcAcQjbKBYNX4BAynRFdiuB--f_"
      "nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb1L07"
      "Qe7K0GarZRmB_eSN9383LcOLn6_dO--xi12jzDwusC-"
      "eOkHWEsqtFZESc6BfI7noOPqvhJ1phCnvWh6IeYI2w9QOYEUipU"
      "TI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrBp0igcN_IoypGlUPQGe77Rw";
  const Json p256 = {{"kty", "EC"},
                     {"crv", "P-256"},
                     {"x", "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU"},
                     {"y", "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"}};
  const std::string p256_signature =
      "DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q";
  const auto check = [&](const Json& key, const char* header, const char* algorithm,
                         const std::string& signature) {
    const std::string text = cat(header, ".", payload);
    const std::string bytes = from_base64url(signature).value_or("");
    const SignatureKind kind{.algorithm = algorithm};
    EXPECT_EQ(is_signed_by(key, kind, text, bytes).value_or(false), true) << algorithm;
    for (std::size_t at = 0; at < bytes.size(); at += 7) {
      std::string wrong = bytes;
      wrong[at] = static_cast<char>(wrong[at] ^ 1);
      EXPECT_EQ(is_signed_by(key, kind, text, wrong).value_or(true), false) << algorithm << at;
    }
    EXPECT_EQ(is_signed_by(key, kind, text + "x", bytes).value_or(true), false) << algorithm;
  };
  check(rsa, "eyJhbGciOiJSUzI1NiJ9", "RS256", rsa_signature);
  check(p256, "eyJhbGciOiJFUzI1NiJ9", "ES256", p256_signature);
}

TEST(JsonWebKeys, ThatCannotBeUsedAreErrors) {
  const auto code = [](const Json& key, const char* algorithm) {
    const auto found = is_signed_by(key, {.algorithm = algorithm}, "text", std::string(64, 'x'));
    return found ? ErrorCode::Cancelled : found.error().code;
  };
  const Json good = TestSigner("ES256").public_key();
  Json off_curve = good;
  off_curve["y"] = base64url(std::string(32, '\x01'));
  Json no_number = good;
  no_number["x"] = "!";
  EXPECT_EQ(code(off_curve, "ES256"), ErrorCode::Corrupt);
  EXPECT_EQ(code(no_number, "ES256"), ErrorCode::Corrupt);
  EXPECT_EQ(code({{"kty", "EC"}, {"crv", "P-521"}}, "ES256"), ErrorCode::Corrupt);
  EXPECT_EQ(code(TestSigner("RS256", "k", 1024).public_key(), "RS256"), ErrorCode::Unsupported);
  EXPECT_EQ(code(good, "RS256"), ErrorCode::Corrupt) << "no n";
}

TEST(JsonWebKeys, AreFoundByIdAndKindAndNeverGuessed) {
  const TestSigner first("RS256", "a");
  const TestSigner second("RS256", "b");
  const TestSigner other("ES256", "a");
  Json encrypting = TestSigner("RS256", "c").public_key();
  encrypting["use"] = "enc";
  const Json set = {{"keys", Json::array({first.public_key(), second.public_key(),
                                          other.public_key(), encrypting, 7})}};
  const auto id_of = [&](const char* algorithm, const char* id) {
    const auto key = find_json_web_key(set, {.algorithm = algorithm, .key_id = id});
    return key ? string_member(*key, "kid").value_or("?") : "none";
  };
  EXPECT_EQ(id_of("RS256", "b"), "b");
  EXPECT_EQ(id_of("ES256", "a"), "a");
  EXPECT_EQ(id_of("ES256", ""), "a") << "the only one";
  EXPECT_EQ(id_of("RS256", ""), "none") << "one of two";
  EXPECT_EQ(id_of("RS256", "c"), "none") << "for encryption";
  EXPECT_EQ(id_of("RS256", "d"), "none");
}

/// Oracle: RFC 7636, appendix B.
TEST(CodeVerifiers, GiveTheChallengeOfTheStandard) {
  EXPECT_EQ(base64url(sha256_of("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk")),
            "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
}

}  // namespace
}  // namespace falconet
