import { errorText } from '../errorText.ts'
import type { Language } from '../format.ts'
import { serverText, translated } from './serverText.ts'

/** What the server says at the door and in the administration, in Vietnamese. */
const vietnamese: readonly [RegExp, string][] = [
  [
    /^a password has at least (\d+) characters; this one has (\d+)$/,
    'mật khẩu có ít nhất $1 ký tự; mật khẩu này có $2'
  ],
  [
    /^a password has at most (\d+) characters; this one has (\d+)$/,
    'mật khẩu có nhiều nhất $1 ký tự; mật khẩu này có $2'
  ],
  [
    /^this password is guessed first: .*$/,
    'mật khẩu này bị đoán ra đầu tiên: nó chỉ gồm từ thông dụng, tên, ngày tháng, dãy liên tiếp hay lặp lại'
  ],
  [/^this is not the present password$/, 'mật khẩu hiện tại không đúng'],
  [/^too many tries: the next one is possible in (\d+) s$/, 'quá nhiều lần thử: lần kế tiếp sau $1 giây'],
  [/^this link was used already.*$/, 'liên kết này đã dùng rồi hoặc quá hạn: xin liên kết mới'],
  [/^a name has letters$/, 'tên phải có chữ'],
  [/^nobody gives rights that they do not have.*$/, 'không ai cấp được quyền mà chính mình không có'],
  [/^this user may do more than you$/, 'người dùng này có nhiều quyền hơn bạn'],
  [
    /^nobody does this to themselves: ask another administrator$/,
    'không tự làm việc này với chính mình: nhờ quản trị viên khác'
  ],
  [
    /^this is the last administrator who can log in: make another one first$/,
    'đây là quản trị viên cuối cùng còn đăng nhập được: lập người khác trước đã'
  ],
  [/^this user logs in through the directory$/, 'người dùng này đăng nhập bằng tài khoản của công ty'],
  [/^this user is disabled: enable it first$/, 'người dùng này đang bị khoá: mở khoá trước đã'],
  [/^company (\S+) is unknown$/, 'không có công ty $1'],
  [/^customer (\S+) is unknown$/, 'không có khách hàng $1'],
  [
    /^the role customer stands alone, with no other role$/,
    'vai trò khách hàng đứng một mình, không kèm vai trò khác'
  ],
  [/^a user with the role customer needs a customer$/, 'người dùng của khách hàng phải thuộc một khách hàng'],
  [
    /^only a user with the role customer belongs to a customer$/,
    'chỉ người dùng có vai trò khách hàng mới thuộc một khách hàng'
  ],
  [
    /^who belongs to a customer belongs to no company$/,
    'ai thuộc một khách hàng thì không thuộc công ty nào'
  ],
  [
    /^the personal data of this user is erased: it stays as it is$/,
    'dữ liệu cá nhân của người dùng này đã xoá: không thay đổi được nữa'
  ],
  [
    /^name, roles and company of this user are kept in the directory$/,
    'tên, vai trò và công ty của người dùng này do tài khoản của công ty quản lý'
  ],
  [/^a token ends in the future$/, 'mã truy cập API phải hết hạn trong tương lai'],
  [/^a token stands for at most (\d+) days$/, 'mã truy cập API có hiệu lực nhiều nhất $1 ngày'],
  [/^a (customer|service) answers for customers: .*$/, 'không ai cấp được quyền mà chính mình không có'],
  [/^this user name is taken$/, 'tên đăng nhập này đã có người dùng'],
  [/^a user name is spelt .*$/, 'tên đăng nhập gồm chữ thường không dấu, số và các dấu . _ - @ +'],
  [/^a demo user stays as it is$/, 'người dùng thử không thay đổi được'],
  [/^this passkey is registered already$/, 'khoá truy cập này đã được thêm rồi'],
  [/^set up a second factor first$/, 'thiết lập bước xác minh thứ hai trước đã'],
  [
    /^a role of this login asks for a second factor: set up another one first$/,
    'vai trò này bắt buộc có bước xác minh thứ hai: thiết lập cách khác trước đã'
  ],
  [/^prove your identity once more first$/, 'cần xác minh thêm một lần'],
  [/^no role of this login allows it$/, 'vai trò của bạn không cho phép việc này'],
  [
    /^the audit cannot be written at present, and nothing is done without it$/,
    'hiện không ghi được nhật ký kiểm tra, nên không việc nào được thực hiện'
  ],
  [
    /^too many people are logging in at this moment: try again$/,
    'quá nhiều người đang đăng nhập lúc này: thử lại'
  ]
]

/** A sentence of the server, of these pages too, in the language of the page. */
function accessText(sentence: string, language: Language): string {
  const said = serverText(sentence, language)
  return language === 'en' ? said : translated(said, vietnamese)
}

/** What went wrong, as errorText says it. */
export const accessErrorText = (error: unknown, display: Parameters<typeof errorText>[1]) =>
  errorText(error, display, accessText)
