#include "collector/secret.h"

#include <openssl/rand.h>
#include <openssl/sha.h>

#include <stdexcept>

namespace dwell::collector {
namespace {

constexpr std::string_view kHex = "0123456789abcdef";
/// Crockford's: without I, L, O, U.
constexpr std::string_view kCodeLetters = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
constexpr std::size_t kCodeLength = 20, kCodeGroup = 5;

template <std::size_t kSize>
std::array<unsigned char, kSize> randomBytes() {
  std::array<unsigned char, kSize> bytes{};
  if (RAND_bytes(bytes.data(), static_cast<int>(bytes.size())) != 1) {
    throw std::runtime_error("the system gives no random numbers");
  }
  return bytes;
}

template <class Bytes>
std::string hexOf(const Bytes& bytes) {
  std::string out;
  out.reserve(bytes.size() * 2);
  for (const unsigned char byte : bytes) {
    out += kHex[byte >> 4];
    out += kHex[byte & 15];
  }
  return out;
}

std::string grouped(std::string_view letters) {
  std::string code;
  for (std::size_t i = 0; i < letters.size(); ++i) {
    if (i > 0 && i % kCodeGroup == 0) code += '-';
    code += letters[i];
  }
  return code;
}

}  // namespace

Digest sha256(std::string_view bytes) {
  Digest digest{};
  SHA256(reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(), digest.data());
  return digest;
}

std::string hex(const Digest& digest) { return hexOf(digest); }

std::string newUuid() {
  auto bytes = randomBytes<16>();
  bytes[6] = static_cast<unsigned char>((bytes[6] & 0x0f) | 0x40);
  bytes[8] = static_cast<unsigned char>((bytes[8] & 0x3f) | 0x80);
  const std::string digits = hexOf(bytes);
  return digits.substr(0, 8) + "-" + digits.substr(8, 4) + "-" + digits.substr(12, 4) + "-" +
         digits.substr(16, 4) + "-" + digits.substr(20);
}

std::string newToken() { return hexOf(randomBytes<32>()); }

std::string newEnrolmentCode() {
  std::string letters;
  for (const unsigned char byte : randomBytes<kCodeLength>()) letters += kCodeLetters[byte % 32];
  return grouped(letters);
}

std::string normalEnrolmentCode(std::string_view typed) {
  std::string letters;
  for (char c : typed) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - ('a' - 'A'));
    if (c == 'O') c = '0';
    if (c == 'I' || c == 'L') c = '1';
    if (c != '-' && c != ' ') letters += c;
  }
  return grouped(letters);
}

}  // namespace dwell::collector
