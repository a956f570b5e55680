#include "store/endpoints.h"

#include <algorithm>

namespace falconet {
namespace {

constexpr const char* kSelectEndpoints =
    "SELECT id, name, url, api_key, models, is_enabled, created, changed FROM endpoints ";

Result<Endpoint> endpoint_of(const SqlRow& row) {
  TRY_ASSIGN(const Json models, parse_json(row.text(4)));
  Endpoint endpoint{.id = {row.text(0)},
                    .name = row.text(1),
                    .url = row.text(2),
                    .key = row.text(3),
                    .is_enabled = row.boolean(5),
                    .created = row.integer(6),
                    .changed = row.integer(7)};
  for (const Json& model : models) {
    if (model.is_string()) endpoint.models.push_back(model.get<std::string>());
  }
  return endpoint;
}

Status check_size(const char* field, const std::string& text, std::size_t least, std::size_t most) {
  if (text.size() >= least && text.size() <= most) return {};
  return error(ErrorCode::InvalidArgument, field, ": expected ", least, " to ", most,
               " bytes, found ", text.size());
}

Status check_fields(const Endpoint& endpoint) {
  TRY(check_size("name", endpoint.name, 1, kMaxEndpointNameBytes));
  TRY(check_size("url", endpoint.url, 1, kMaxEndpointUrlBytes));
  TRY(check_endpoint_key(endpoint.key));
  if (endpoint.models.size() > kMaxEndpointModels) {
    return error(ErrorCode::InvalidArgument, "models: expected at most ", kMaxEndpointModels,
                 " names, found ", endpoint.models.size());
  }
  for (const std::string& model : endpoint.models) {
    TRY(check_size("models", model, 1, kMaxEndpointModelBytes));
  }
  return {};
}

Status check_name_is_free(Transaction& transaction, const Endpoint& endpoint) {
  TRY_ASSIGN(const SqlRows rows,
             transaction.execute("SELECT id FROM endpoints WHERE name = ? AND id <> ?",
                                 endpoint.name, endpoint.id));
  if (rows.empty()) return {};
  return error(ErrorCode::AlreadyExists, "name: there is an endpoint '", endpoint.name,
               "' already");
}

void apply_change(const EndpointChange& change, Endpoint& endpoint) {
  if (change.name) endpoint.name = trim(*change.name);
  if (change.url) endpoint.url = *change.url;
  if (change.key) endpoint.key = trim(*change.key);
  if (change.models) endpoint.models = *change.models;
  if (change.is_enabled) endpoint.is_enabled = *change.is_enabled;
}

}  // namespace

Status check_endpoint_key(const std::string& key) {
  TRY(check_size("api_key", key, 0, kMaxEndpointKeyBytes));
  if (std::ranges::all_of(key, [](char c) { return c > ' ' && c < '\x7F'; })) return {};
  return error(ErrorCode::InvalidArgument,
               "api_key: expected letters, digits and signs of ASCII, without white space");
}

Result<std::vector<Endpoint>> list_endpoints(Transaction& transaction) {
  TRY_ASSIGN(const SqlRows rows, transaction.execute(cat(kSelectEndpoints, "ORDER BY id")));
  std::vector<Endpoint> endpoints;
  for (const SqlRow& row : rows) {
    TRY_ASSIGN(Endpoint endpoint, endpoint_of(row));
    endpoints.push_back(std::move(endpoint));
  }
  return endpoints;
}

Result<Endpoint> find_endpoint(Transaction& transaction, const EndpointId& id) {
  TRY_ASSIGN(const SqlRows rows, transaction.execute(cat(kSelectEndpoints, "WHERE id = ?"), id));
  if (rows.empty()) return error(ErrorCode::NotFound, "there is no endpoint ", id.value);
  return endpoint_of(rows.front());
}

Result<Endpoint> create_endpoint(Transaction& transaction, const EndpointChange& fields) {
  TRY_ASSIGN(const SqlRows present, transaction.execute("SELECT count(*) FROM endpoints"));
  if (present.front().integer(0) >= kMaxEndpoints) {
    return error(ErrorCode::Exhausted, "there are ", kMaxEndpoints,
                 " endpoints already; remove one first");
  }
  Endpoint endpoint{
      .id = {transaction.new_id()}, .created = transaction.now(), .changed = transaction.now()};
  apply_change(fields, endpoint);
  TRY(check_fields(endpoint));
  TRY(check_name_is_free(transaction, endpoint));
  TRY(transaction.execute(
      "INSERT INTO endpoints (id, name, url, api_key, models, is_enabled, created, changed) "
      "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
      endpoint.id, endpoint.name, endpoint.url, endpoint.key, to_text(Json(endpoint.models)),
      endpoint.is_enabled, endpoint.created, endpoint.changed));
  return endpoint;
}

Result<Endpoint> update_endpoint(Transaction& transaction, const EndpointId& id,
                                 const EndpointChange& change) {
  TRY_ASSIGN(Endpoint endpoint, find_endpoint(transaction, id));
  apply_change(change, endpoint);
  endpoint.changed = transaction.now();
  TRY(check_fields(endpoint));
  TRY(check_name_is_free(transaction, endpoint));
  TRY(
      transaction.execute("UPDATE endpoints SET name = ?, url = ?, api_key = ?, models = ?, "
                          "is_enabled = ?, changed = ? WHERE id = ?",
                          endpoint.name, endpoint.url, endpoint.key, to_text(Json(endpoint.models)),
                          endpoint.is_enabled, endpoint.changed, id));
  return endpoint;
}

Status delete_endpoint(Transaction& transaction, const EndpointId& id) {
  TRY_ASSIGN(const SqlRows deleted,
             transaction.execute("DELETE FROM endpoints WHERE id = ? RETURNING id", id));
  if (deleted.empty()) return error(ErrorCode::NotFound, "there is no endpoint ", id.value);
  return {};
}

}  // namespace falconet
