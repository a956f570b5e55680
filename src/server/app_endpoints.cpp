// Other servers whose models are offered here: who keeps this one adds, tests and removes them. A
// key goes in and never comes out again but for its end.
#include "hub/remote_endpoint.h"
#include "server/app_handlers.h"
#include "server/app_passwords.h"
#include "server/remote_models.h"
#include "server/request_fields.h"
#include "store/endpoints.h"

namespace falconet {
namespace {

// Enough of a key to tell it from another; a short one would be given away.
constexpr std::size_t kShownKeyBytes = 4;
constexpr std::size_t kLeastKeyBytesToShow = 12;

const char* endpoint_state_name(EndpointStatus::State state) {
  switch (state) {
    case EndpointStatus::State::Asking: return "asking";
    case EndpointStatus::State::Ready: return "ready";
    case EndpointStatus::State::Unavailable: return "unavailable";
  }
  return "";
}

const char* answer_name(EndpointAnswer answer) {
  switch (answer) {
    case EndpointAnswer::Models: return "models";
    case EndpointAnswer::Unreachable: return "unreachable";
    case EndpointAnswer::Tls: return "tls";
    case EndpointAnswer::KeyRefused: return "key_refused";
    case EndpointAnswer::Redirected: return "redirected";
    case EndpointAnswer::NoList: return "no_list";
    case EndpointAnswer::NotOpenAi: return "not_openai";
    case EndpointAnswer::Failed: return "failed";
  }
  return "";
}

Json key_end_json(const std::string& key) {
  if (key.size() < kLeastKeyBytesToShow) return nullptr;
  return key.substr(key.size() - kShownKeyBytes);
}

/// What is the same for all, whoever has added them.
Json place_json(const RemoteEndpoint& endpoint, const std::optional<EndpointStatus>& status) {
  Json json = {{"url", endpoint.url},
               {"host", endpoint.host()},
               {"has_key", !endpoint.key.empty()},
               {"key_end", key_end_json(endpoint.key)},
               {"state", status ? endpoint_state_name(status->state) : "disabled"},
               {"num_models", status ? status->num_models : 0}};
  const bool has_answered = status && status->state != EndpointStatus::State::Asking;
  json["answer"] = has_answered ? Json(answer_name(status->report.answer)) : Json();
  json["message"] = has_answered ? Json(status->report.message) : Json();
  return json;
}

RemoteEndpoint remote_of(const Endpoint& endpoint) {
  return {.url = endpoint.url, .key = endpoint.key, .name = endpoint.name};
}

Json endpoint_json(const Endpoint& endpoint, const RemoteModels& remote_models) {
  Json json = place_json(remote_of(endpoint), remote_models.status_of(endpoint.id));
  json["id"] = endpoint.id.value;
  json["name"] = endpoint.name;
  json["models"] = endpoint.models;
  json["is_enabled"] = endpoint.is_enabled;
  json["is_fixed"] = false;
  return json;
}

Json fixed_json(const RemoteModels::Fixed& fixed) {
  Json json = place_json(fixed.endpoint, fixed.status);
  json["id"] = nullptr;
  json["name"] = fixed.endpoint.host();
  json["models"] = Json::array();
  json["is_enabled"] = true;
  json["is_fixed"] = true;
  return json;
}

/// What is not JSON is not quoted: there may be a key in it.
Result<Json> read_secret_body(const AppCall& call) {
  Result<Json> body = parse_json(call.request.body);
  if (body) return body;
  return error(ErrorCode::InvalidArgument, "expected a JSON object, found something else");
}

Result<EndpointChange> read_endpoint_change(const Json& body) {
  TRY_ASSIGN(RequestFields fields, RequestFields::of(body));
  EndpointChange change;
  TRY(fields.read("name", change.name));
  TRY(fields.read("url", change.url));
  TRY(fields.read("api_key", change.key));
  TRY(fields.read("models", change.models));
  TRY(fields.read("is_enabled", change.is_enabled));
  if (change.url) {
    TRY_ASSIGN(change.url, endpoint_url(*change.url));
  }
  return change;
}

/// For the audit log: which fields, and where to; never a key.
Json endpoint_detail(const Endpoint& endpoint, const EndpointChange& change) {
  Json fields = Json::array();
  if (change.name) fields.push_back("name");
  if (change.url) fields.push_back("url");
  if (change.key) fields.push_back("api_key");
  if (change.models) fields.push_back("models");
  if (change.is_enabled) fields.push_back(*change.is_enabled ? "enabled" : "disabled");
  return {{"name", endpoint.name}, {"host", remote_of(endpoint).host()}, {"fields", fields}};
}

bool goes_elsewhere(const Endpoint& endpoint, const std::string& url) {
  return remote_of(endpoint).origin() != RemoteEndpoint{.url = url, .key = ""}.origin();
}

/// A key that nobody here has typed must not be sent where it was not meant for.
std::optional<HttpResponse> refuse_moved_key(const Endpoint& endpoint,
                                             const EndpointChange& change) {
  const bool keeps_key = !endpoint.key.empty() && !change.key;
  if (!keeps_key || !change.url || !goes_elsewhere(endpoint, *change.url)) return std::nullopt;
  return app_refusal(400, "key_needed",
                     "api_key: the key was given for another server; give one for this one, or an "
                     "empty one");
}

Result<HttpResponse> refuse_name(const Error& error) {
  if (error.code != ErrorCode::AlreadyExists) return error;
  return app_refusal(409, "name_taken", error.message);
}

}  // namespace

Result<HttpResponse> get_endpoints(AppCall& call) {
  TRY_ASSIGN(const auto all, call.app.store().read([](Transaction& transaction) {
    return list_endpoints(transaction);
  }));
  Json endpoints = Json::array();
  for (const auto& fixed : call.service.remote_models.fixed()) {
    endpoints.push_back(fixed_json(fixed));
  }
  for (const Endpoint& endpoint : all) {
    endpoints.push_back(endpoint_json(endpoint, call.service.remote_models));
  }
  return app_response({{"endpoints", std::move(endpoints)}});
}

Result<HttpResponse> post_endpoint(AppCall& call) {
  TRY_ASSIGN(const Json body, read_secret_body(call));
  TRY_ASSIGN(const EndpointChange fields, read_endpoint_change(body));
  const auto made = call.app.store().write([&](Transaction& transaction) -> Result<Endpoint> {
    TRY_ASSIGN(Endpoint endpoint, create_endpoint(transaction, fields));
    const Json detail = {{"name", endpoint.name}, {"host", remote_of(endpoint).host()}};
    TRY(audit(transaction, call, "endpoint-added", {}, detail));
    return endpoint;
  });
  if (!made) return refuse_name(made.error());
  TRY(call.service.remote_models.reload(call.app.store()));
  return app_response(endpoint_json(*made, call.service.remote_models), 201);
}

Result<HttpResponse> patch_endpoint(AppCall& call) {
  TRY_ASSIGN(const Json body, read_secret_body(call));
  TRY_ASSIGN(const EndpointChange change, read_endpoint_change(body));
  std::optional<HttpResponse> refusal;
  const auto changed = call.app.store().write([&](Transaction& transaction) -> Result<Endpoint> {
    TRY_ASSIGN(Endpoint endpoint, find_endpoint(transaction, {call.id}));
    refusal = refuse_moved_key(endpoint, change);
    if (refusal) return endpoint;
    TRY_ASSIGN(endpoint, update_endpoint(transaction, {call.id}, change));
    TRY(audit(transaction, call, "endpoint-changed", {}, endpoint_detail(endpoint, change)));
    return endpoint;
  });
  if (!changed) return refuse_name(changed.error());
  if (refusal) return *std::move(refusal);
  TRY(call.service.remote_models.reload(call.app.store()));
  return app_response(endpoint_json(*changed, call.service.remote_models));
}

Result<HttpResponse> remove_endpoint(AppCall& call) {
  const Status removed = call.app.store().write([&](Transaction& transaction) -> Status {
    TRY_ASSIGN(const Endpoint endpoint, find_endpoint(transaction, {call.id}));
    const Json detail = {{"name", endpoint.name}, {"host", remote_of(endpoint).host()}};
    TRY(audit(transaction, call, "endpoint-removed", {}, detail));
    return delete_endpoint(transaction, endpoint.id);
  });
  if (!removed) return removed.error();
  TRY(call.service.remote_models.reload(call.app.store()));
  return no_content();
}

Result<HttpResponse> post_endpoint_test(AppCall& call) {
  TRY_ASSIGN(const Json body, read_secret_body(call));
  TRY_ASSIGN(const EndpointChange wanted, read_endpoint_change(body));
  TRY_ASSIGN(RequestFields fields, RequestFields::of(body));
  std::optional<std::string> id;
  TRY(fields.read("id", id));
  Endpoint endpoint;
  if (id) {
    TRY_ASSIGN(endpoint, call.app.store().read([&](Transaction& transaction) {
      return find_endpoint(transaction, {*id});
    }));
    if (auto refusal = refuse_moved_key(endpoint, wanted)) return *std::move(refusal);
  }
  RemoteEndpoint remote{.url = wanted.url.value_or(endpoint.url),
                        .key = wanted.key.value_or(endpoint.key),
                        .name = id ? endpoint.name : "new"};
  if (remote.url.empty()) return error(ErrorCode::InvalidArgument, "url: expected an address");
  TRY(check_endpoint_key(remote.key));
  const EndpointReport report = call.service.remote_models.test(remote);
  TRY(call.app.store().write([&](Transaction& transaction) {
    return audit(transaction, call, "endpoint-tested", {},
                 {{"host", remote.host()}, {"answer", answer_name(report.answer)}});
  }));
  Json models = Json::array();
  for (const RemoteModel& model : report.models) models.push_back(model.id);
  return app_response({{"answer", answer_name(report.answer)},
                       {"message", report.message},
                       {"models", std::move(models)}});
}

}  // namespace falconet
