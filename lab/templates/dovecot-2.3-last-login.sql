connect = @database@
map {
  pattern = shared/last-login/$user/$service/$auth
  table = last_login
  value_field = at
  value_type = uint
  fields {
    username = $user
    service = $service
    auth_user = $auth
  }
}
