#include "base/digest.h"

#include <sodium.h>

#include <array>
#include <stdexcept>

namespace dwell {
namespace {

void startSodium() {
  if (sodium_init() < 0) throw std::runtime_error("libsodium cannot start: no source of random numbers");
}

template <std::size_t N>
std::string hex(const std::array<unsigned char, N>& bytes) {
  std::string text(2 * N + 1, '\0');
  sodium_bin2hex(text.data(), text.size(), bytes.data(), N);
  text.pop_back();
  return text;
}

}  // namespace

std::string sha256Hex(std::string_view bytes) {
  startSodium();
  std::array<unsigned char, crypto_hash_sha256_BYTES> digest;
  crypto_hash_sha256(digest.data(), reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size());
  return hex(digest);
}

HashKey newHashKey() {
  startSodium();
  HashKey key;
  randombytes_buf(key.data(), key.size());
  return key;
}

std::string keyedHashHex(std::string_view bytes, const HashKey& key) {
  startSodium();
  std::array<unsigned char, 16> digest;
  crypto_generichash(digest.data(), digest.size(), reinterpret_cast<const unsigned char*>(bytes.data()),
                     bytes.size(), key.data(), key.size());
  return hex(digest);
}

std::string newUuid() {
  startSodium();
  std::array<unsigned char, 16> bytes;
  randombytes_buf(bytes.data(), bytes.size());
  bytes[6] = static_cast<unsigned char>((bytes[6] & 0x0f) | 0x40);  // RFC 4122: version 4,
  bytes[8] = static_cast<unsigned char>((bytes[8] & 0x3f) | 0x80);  // variant 1
  std::string text = hex(bytes);
  for (const std::size_t position : {20u, 16u, 12u, 8u}) text.insert(position, "-");
  return text;
}

}  // namespace dwell
